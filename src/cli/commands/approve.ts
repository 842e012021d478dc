import { knownFinding } from '../../jobs/finding/known-finding.js';
import type { Stored } from '../../jobs/ports/index.js';
import { approve as approvePlan, reject as rejectPlan } from '../../jobs/remediation/approve.js';
import { currentPause } from '../../jobs/remediation/pause.js';
import { ConsentinelError } from '../../model/errors.js';
import { type DecisionResult, decisionResult } from '../../model/finding/decision-result.js';
import type { Finding } from '../../model/finding/finding.js';
import { pauseSentence } from '../../model/remediation/pause.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { findingId } from '../finding-id.js';
import { type Screen, writeJson, writeLine } from '../screen.js';
import { showPlan } from '../show-plan.js';
import { decideOnWeb } from '../web-decision.js';

/** What a decision on the command line needs of a runtime. */
export type DecisionRuntime = Pick<
  Runtime,
  'decisions' | 'records' | 'tenantId' | 'author' | 'approver' | 'webDecisions'
>;

/**
 * Approves the plan of a finding: on this machine, or through the review page where only that can sign.
 * @throws ConsentinelError `decision-conflict` if `plan` is the hash of another plan
 */
export async function approve(
  runtime: DecisionRuntime & Pick<Runtime, 'pause'>,
  screen: Screen,
  id: string,
  options: { comment?: string; acknowledgeWarnings?: boolean; endSuppression?: boolean; plan?: string; json?: boolean },
): Promise<number> {
  const { comment, acknowledgeWarnings = false, endSuppression = false } = options;
  const stored = await storedFinding(runtime, id);
  checkPlan(stored.value, options.plan);
  const choices = { acknowledgeWarnings, endSuppression, ...(comment && { comment }) };
  const web = runtime.webDecisions();
  const result = web
    ? await decideOnWeb(web, 'approve', stored, choices)
    : await decideHere(runtime, stored, async (decision) =>
        approvePlan(runtime.decisions(), { ...decision, ...choices, approver: await runtime.approver() }),
      );
  if (options.json) return showDecision(screen, stored.value, result);
  showPlan(screen, stored.value);
  writeLine(
    screen.out,
    `Approved by ${safeText(result.author)} until ${safeText(readableTimes(result.expiresAt ?? ''))}.`,
  );
  writeLine(
    screen.out,
    result.remediationStatus === 'approved'
      ? 'The remediator executes the plan from the queue. Without a remediator, run `consentinel remediate`.'
      : 'The plan needs a second approval by another approver.',
  );
  const paused = await currentPause(runtime.pause());
  if (paused) {
    writeLine(screen.out, 'Remediation is paused. The plan does not run before `consentinel remediation resume`.');
    writeLine(screen.out, safeText(readableTimes(pauseSentence(paused))));
  }
  return 0;
}

/** A program shows a plan first and approves it later: a plan that a scan replaced in between is not approved. */
function checkPlan({ id, remediation }: Finding, plan: string | undefined): void {
  if (plan === undefined || plan === remediation?.planHash) return;
  throw new ConsentinelError(
    'decision-conflict',
    `The plan of the finding ${id} does not have the hash ${JSON.stringify(plan)}.`,
    'Read the finding again, and decide on its present plan.',
  );
}

/** Rejects the plan of a finding. */
export async function reject(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  options: { comment?: string; json?: boolean },
): Promise<number> {
  const stored = await storedFinding(runtime, id);
  const choices = { ...(options.comment && { comment: options.comment }) };
  const web = runtime.webDecisions();
  const result = web
    ? await decideOnWeb(web, 'reject', stored, choices)
    : await decideHere(runtime, stored, (decision) => rejectPlan(runtime.decisions(), { ...decision, ...choices }));
  if (options.json) return showDecision(screen, stored.value, result);
  writeLine(screen.out, `Rejected by ${safeText(result.author)}.`);
  return 0;
}

/** A decision as JSON. @returns the exit code */
export function showDecision(screen: Screen, { id, remediation }: Finding, result: DecisionResult): number {
  writeJson(screen.out, { id, ...result, ...(remediation && { planHash: remediation.planHash }) });
  return 0;
}

/** The finding in the version that the command decides on. @throws ConsentinelError `finding-unknown` */
export async function storedFinding(runtime: DecisionRuntime, id: string): Promise<Stored<Finding>> {
  return knownFinding(runtime.records().findings, await runtime.tenantId(), await findingId(runtime, id));
}

/** Decides in this process; the author is the signed-in principal. */
export async function decideHere(
  runtime: DecisionRuntime,
  { value: { tenantId, id: findingId }, etag }: Stored<Finding>,
  decide: (subject: { tenantId: string; findingId: string; etag: string; author: string }) => Promise<Finding>,
): Promise<DecisionResult> {
  const author = await runtime.author();
  return decisionResult(await decide({ tenantId, findingId, etag, author }), author);
}
