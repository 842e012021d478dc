import { knownFinding } from '../../jobs/finding/known-finding.js';
import { problemOf } from '../../model/rule/rule-problem.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeText } from '../../model/text/safe-text.js';
import { rules } from '../../rules/index.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';

/** Shows the audit events of a finding, one line each, the oldest first. */
export async function history(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
  screen: Screen,
  id: string,
  options: { json?: boolean },
): Promise<number> {
  const { findings } = runtime.records();
  const { value: finding } = await knownFinding(findings, await runtime.tenantId(), id);
  const events = await findings.history(finding);
  if (options.json) {
    writeJson(screen.out, events);
    return 0;
  }
  writeLine(screen.out, `${finding.id} ${problemOf(rules, finding.ruleId)}: ${safeText(finding.displayName)}`);
  for (const { at, type, author, summary } of events) {
    writeLine(
      screen.out,
      `${at}  ${paint(screen, 'bold', type.padEnd(19))} ${safeText(author)}  ${safeText(readableTimes(summary))}`,
    );
  }
  return 0;
}
