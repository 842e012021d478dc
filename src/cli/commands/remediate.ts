import { currentPause } from '../../jobs/remediation/pause.js';
import { approvedFindings, type Run, runRemediations } from '../../jobs/remediation/queue.js';
import { removeHandled } from '../../jobs/remediation/remove-handled.js';
import { explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { type PauseStatement, pauseSentence } from '../../model/remediation/pause.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';
import { showPlan } from '../show-plan.js';

const styles = {
  applied: 'green',
  unneeded: 'green',
  stale: 'yellow',
  refused: 'yellow',
  pending: 'yellow',
  postponed: 'yellow',
  failed: 'red',
  error: 'red',
} as const;

/**
 * Executes approved remediations; with `--dry-run` it only shows their requests.
 * @returns the exit code: 1 where a remediation failed or was not executed
 */
export async function remediate(
  runtime: Pick<Runtime, 'remediation' | 'embeddedInbox' | 'records' | 'tenantId' | 'pause'>,
  screen: Screen,
  options: { dryRun?: boolean; json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const paused = await currentPause(runtime.pause());
  const sentence = paused && pauseSentence(paused);
  if (options.dryRun && sentence) writeLine(screen.log, safeText(readableTimes(sentence)));
  if (options.dryRun) return dryRun(runtime, screen, options);
  const context = await runtime.remediation();
  const onVerifying = (finding: Finding) =>
    writeLine(screen.log, `verifying ${finding.id} ${safeText(finding.displayName)}`);
  const run = await runRemediations(context, context.limits, signal, onVerifying);
  if (run.left === 0) await emptyQueue(runtime, screen, run);
  // The lines of the run contain the reason where it kept a plan from its execution.
  if (sentence && (options.json || run.left === 0)) writeLine(screen.log, safeText(readableTimes(sentence)));
  if (options.json) showJson(screen, run, paused);
  else showLines(screen, run);
  return run.left > 0 || run.outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

/** A message that stays changes nothing: its plan has an outcome. So an error does not change the result of the run. */
async function emptyQueue(
  runtime: Pick<Runtime, 'embeddedInbox' | 'records' | 'tenantId'>,
  screen: Screen,
  { handled }: Run,
): Promise<void> {
  const inbox = runtime.embeddedInbox();
  if (!inbox) return;
  const { findings } = runtime.records();
  try {
    await removeHandled({ inbox, findings, tenantId: await runtime.tenantId() }, handled);
  } catch (error) {
    writeLine(screen.log, `The queue still contains messages of executed plans. ${safeText(explain(error))}`);
  }
}

function showJson(screen: Screen, { outcomes, left, because }: Run, paused: PauseStatement | undefined): void {
  const shown = outcomes.map((outcome) => ({
    id: outcome.finding?.id,
    status: outcome.status,
    note: outcome.note,
    finding: outcome.finding?.status,
    ...('until' in outcome && { until: outcome.until }),
    ...('code' in outcome && { code: outcome.code }),
  }));
  const { author, at, reason } = paused ?? {};
  writeJson(screen.out, {
    outcomes: shown,
    left,
    because,
    ...(paused && { paused: { by: author?.name, at, reason } }),
  });
}

function showLines(screen: Screen, { outcomes, left, because }: Run): void {
  for (const { status, note, finding } of outcomes)
    writeLine(
      screen.out,
      `${finding?.id ?? ''} ${paint(screen, styles[status], status)} ${safeLines(readableTimes(note))}`,
    );
  if (outcomes.length === 0 && left === 0) writeLine(screen.out, 'There is no approved plan.');
  if (left > 0) writeLine(screen.out, `${left} not executed: ${safeLines(readableTimes(because ?? ''))}`);
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
  writeLine(screen.out, `${approved.length} approved. Nothing was sent.`);
  return 0;
}
