import { approve as approvePlan, reject as rejectPlan } from '../../jobs/remediation/approve.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { type Screen, writeLine } from '../screen.js';
import { showPlan } from '../show-plan.js';

type DecisionRuntime = Pick<Runtime, 'decisions' | 'tenantId' | 'author'>;

/** Approves the plan of a finding. */
export async function approve(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  options: { comment?: string; acknowledgeWarnings?: boolean },
): Promise<number> {
  const { comment, acknowledgeWarnings = false } = options;
  const decision = await decisionOf(runtime, id);
  const finding = await approvePlan(runtime.decisions(), {
    ...decision,
    acknowledgeWarnings,
    ...(comment && { comment }),
  });
  showPlan(screen, finding);
  writeLine(screen.out, `Approved by ${safeText(decision.author)} until ${finding.remediation?.decision?.expiresAt}.`);
  writeLine(screen.out, 'The queue carries it out where a remediator is deployed; here `consentinel remediate` does.');
  return 0;
}

/** Rejects the plan of a finding. */
export async function reject(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  options: { comment?: string },
): Promise<number> {
  const decision = await decisionOf(runtime, id);
  await rejectPlan(runtime.decisions(), { ...decision, ...(options.comment && { comment: options.comment }) });
  writeLine(screen.out, `Rejected by ${safeText(decision.author)}.`);
  return 0;
}

/** The finding and the author of a decision; the author is the signed-in principal. */
export async function decisionOf(runtime: DecisionRuntime, id: string) {
  return { tenantId: await runtime.tenantId(), findingId: id.toLowerCase(), author: await runtime.author() };
}
