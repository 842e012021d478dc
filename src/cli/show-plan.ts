import type { Finding } from '../model/finding/finding.js';
import { factWords } from '../model/finding/past-problem.js';
import type { GraphWrite } from '../model/remediation/graph-write.js';
import { planProblem } from '../model/remediation/remediation.js';
import { readableTimes } from '../model/text/readable-times.js';
import { safeText } from '../model/text/safe-text.js';
import { paint, type Screen, writeLine } from './screen.js';
import { showAffected } from './show-affected.js';

/** Shows the requests of a finding's plan, its warnings, and who is affected. */
export function showPlan(screen: Screen, finding: Finding): void {
  const { displayName, message, remediation } = finding;
  if (!remediation) return;
  const text = [factWords(finding).introduction, message].filter(Boolean).join(' ');
  writeLine(screen.out, `${paint(screen, 'bold', safeText(displayName))}: ${safeText(readableTimes(text))}`);
  const problem = planProblem(remediation);
  if (problem) {
    const what =
      problem === 'altered' ? 'The stored plan was changed after the proposal' : 'An earlier version made the plan';
    writeLine(screen.out, paint(screen, 'red', `  ${what}, so it is not shown. The next scan makes a new plan.`));
    return;
  }
  for (const request of remediation.plan.requests) showRequest(screen, request);
  if (remediation.plan.irreversible) writeLine(screen.out, paint(screen, 'red', '  This cannot be undone.'));
  if (remediation.plan.undo) writeLine(screen.out, `  To undo: ${safeText(remediation.plan.undo)}`);
  for (const warning of remediation.plan.warnings)
    writeLine(screen.out, `  ${paint(screen, 'yellow', 'warning')} ${safeText(warning)}`);
  showAffected(screen, finding);
}

function showRequest(screen: Screen, { method, path, body }: GraphWrite): void {
  writeLine(screen.out, `  ${paint(screen, 'cyan', `${method} ${safeText(path)}`)}`);
  for (const line of JSON.stringify(body, null, 2).split('\n')) writeLine(screen.out, `    ${safeText(line)}`);
}
