import { approvedFindings, runRemediations } from '../../jobs/remediation/queue.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';
import { showPlan } from '../show-plan.js';

const styles = { applied: 'green', unneeded: 'green', stale: 'yellow', refused: 'yellow', failed: 'red' } as const;

/**
 * Executes approved remediations; with `--dry-run` it only shows their requests.
 * @returns the exit code: 1 where a remediation failed or was not executed
 */
export async function remediate(
  runtime: Pick<Runtime, 'remediation' | 'records' | 'tenantId'>,
  screen: Screen,
  options: { dryRun?: boolean; json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  if (options.dryRun) return dryRun(runtime, screen, options);
  const context = await runtime.remediation();
  const { outcomes, left, because } = await runRemediations(context, context.limits, signal);
  if (options.json) {
    const shown = outcomes.map(({ status, note, finding }) => ({
      id: finding?.id,
      status,
      note,
      finding: finding?.status,
    }));
    writeJson(screen.out, { outcomes: shown, left, because });
  } else {
    for (const { status, note, finding } of outcomes) {
      writeLine(screen.out, `${finding?.id ?? ''} ${paint(screen, styles[status], status)} ${safeLines(note)}`);
    }
    if (outcomes.length === 0) writeLine(screen.out, 'Nothing is approved.');
    if (left > 0) writeLine(screen.out, `${left} left: ${because}.`);
  }
  return left > 0 || outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

async function dryRun(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
  screen: Screen,
  { json }: { json?: boolean },
): Promise<number> {
  const approved = await approvedFindings(runtime.records().findings, await runtime.tenantId());
  if (json) {
    const shown = approved.map(({ id, remediation }) => ({ id, requests: remediation?.plan.requests }));
    writeJson(screen.out, shown);
    return 0;
  }
  for (const finding of approved) showPlan(screen, finding);
  writeLine(screen.out, `${approved.length} approved; nothing was sent.`);
  return 0;
}
