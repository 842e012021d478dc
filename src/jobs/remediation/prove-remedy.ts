import { randomBytes } from 'node:crypto';
import { ConsentinelError, codeOf, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { judgeApp } from '../../model/finding/judge.js';
import { transition } from '../../model/finding/transition.js';
import type { AppRule } from '../../model/rule/rule.js';
import type { Clock, Directory, Remediator, ThrowawayApplication, ThrowawayApplications } from '../ports/index.js';
import { loadTenant } from '../tenant/load-tenant.js';
import { readSubjects } from './propose.js';
import { prepareRecheck, type Recheck } from './recheck.js';
import { noRemediator, type Patience, type RemediationContext, waitsOf } from './remediation-context.js';
import { untilGone } from './verify.js';

/** What a proof works with. */
export interface ProofContext
  extends Pick<RemediationContext, 'rules' | 'tenant' | 'remedyOptions' | 'remediator' | 'readOnly'> {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly throwaway: ThrowawayApplications | undefined;
}

/** One step of a proof. */
export interface ProofStep {
  readonly outcome: 'ok' | 'failed';
  /** A sentence. */
  readonly text: string;
}

const ruleId = 'no-symmetric-signing-key';

/** Before it runs: what a proof does, one sentence for each step. */
export const announcement: readonly string[] = [
  'Create an application with a random name, with a certificate and a symmetric signing key of its own. Users cannot sign in with either of them.',
  'Read it, judge it with the rule no-symmetric-signing-key, and let the remedy of the rule make the plan.',
  'Send the request of the plan, as the remediator sends an approved one.',
  'Read the application until the key is gone, and check that the certificate is still there.',
  'Delete the application, also if a step has failed. Microsoft Entra keeps it among the deleted applications for 30 days.',
];

/**
 * Proves in a live tenant that the remedy for symmetric signing keys works: with an application of its own, through the real
 * remedy and the real sender. It changes no other object, and stores nothing.
 * @param onStep called after each step
 * @returns whether every step has succeeded
 * @throws ConsentinelError `remediation-disabled` without an identity that writes; nothing was created then
 */
export async function proveRemedy(
  context: ProofContext,
  onStep: (step: ProofStep) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const { remediator, throwaway } = context;
  if (!remediator || !throwaway) throw noRemediator(context);
  await remediator.prepare(signal);
  const name = `Consentinel proof ${randomBytes(4).toString('hex')}`;
  let application: ThrowawayApplication;
  try {
    application = await throwaway.create(name, signal);
    onStep({ outcome: 'ok', text: `Created the application ${name} (appId ${application.appId}).` });
  } catch (error) {
    onStep({
      outcome: 'failed',
      text: `The application ${name} was not created. ${explain(error)}${mayExist(error, name)}`,
    });
    return false;
  }
  let proved = false;
  try {
    await removeKey(context, remediator, application, onStep, signal);
    proved = true;
  } catch (error) {
    onStep({ outcome: 'failed', text: explain(error) });
  }
  // Without the signal: an interrupted proof deletes its application too.
  return (await deleted(throwaway, application, onStep)) && proved;
}

async function removeKey(
  context: ProofContext,
  remediator: Remediator,
  { appId }: ThrowawayApplication,
  onStep: (step: ProofStep) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const finding = await findingOf(context, appId, signal);
  onStep({ outcome: 'ok', text: `The rule ${ruleId} finds the key ${finding.key}.` });
  const recheck = prepareRecheck(context, finding);
  const { plan, keyIds } = await planOf(context, recheck, signal);
  for (const request of plan.requests) {
    await remediator.send(request, signal);
    onStep({ outcome: 'ok', text: `Graph accepted ${request.method} ${request.path}.` });
  }
  const after = await untilGone(context, recheck, signal);
  if (!after) throw failure('Graph accepted the request, but the key is still there after three minutes.');
  onStep({ outcome: 'ok', text: 'The key is gone.' });
  const lost = keyIds.filter((keyId) => keyId !== finding.key && !after.keyIds?.includes(keyId));
  if (lost.length > 0)
    throw failure(`The certificate ${lost.join(', ')} is gone too. Do not approve plans in this tenant.`);
  onStep({ outcome: 'ok', text: 'The certificate is still there.' });
}

/** Waits until Graph shows the new application, and judges it. */
async function findingOf(context: ProofContext, appId: string, signal: AbortSignal | undefined): Promise<Finding> {
  const { directory, clock, rules, tenant: organization } = context;
  const rule = rules.find(({ id }) => id === ruleId);
  if (!rule) throw failure(`The rule ${ruleId} is turned off (RULES_OFF).`);
  const { tenant } = await loadTenant(directory, organization, [rule], clock.now(), signal);
  for (const wait of waitsOf(context.patience)) {
    await clock.wait(wait, signal);
    const subject = (await readSubjects(context, [appId], signal)).get(appId);
    const [judgement] = subject ? judgeApp([rule as AppRule], subject.app as never, tenant) : [];
    if (!judgement) continue;
    const at = { at: clock.now(), scanId: 'proof', author: 'proof' };
    const appeared = transition(undefined, { violated: true, observed: judgement.observed }, at);
    if (appeared) return appeared.finding;
  }
  throw failure('Graph did not show the symmetric key of the new application in three minutes.');
}

/** The plan of the remedy. A replica that lags behind may not show the application yet. */
async function planOf({ patience, clock }: ProofContext, recheck: Recheck, signal: AbortSignal | undefined) {
  for (const wait of waitsOf(patience)) {
    const now = await recheck.read(signal).catch((error: unknown) => {
      if (codeOf(error) !== 'graph-unavailable') throw error;
    });
    const remedy = now?.violated ? now.remedy : undefined;
    if (remedy && 'plan' in remedy) return { plan: remedy.plan, keyIds: now?.keyIds ?? [] };
    if (remedy) throw failure(`The remedy made no plan. ${remedy.manual.reason}`);
    await clock.wait(wait, signal);
  }
  throw failure('The reads of the new application do not agree.');
}

async function deleted(
  throwaway: ThrowawayApplications,
  { id, appId }: ThrowawayApplication,
  onStep: (step: ProofStep) => void,
): Promise<boolean> {
  try {
    await throwaway.delete(id);
    onStep({ outcome: 'ok', text: 'Deleted the application.' });
    return true;
  } catch (error) {
    const text = `The application was NOT deleted. ${explain(error)} Delete it: az ad app delete --id ${appId}`;
    onStep({ outcome: 'failed', text });
    return false;
  }
}

/** After a lost answer the application may exist. */
function mayExist(error: unknown, name: string): string {
  if (!['graph-unavailable', 'graph-malformed', 'aborted'].includes(codeOf(error))) return '';
  return ` It may exist although the answer was lost: find "${name}" in App registrations, and delete it.`;
}

function failure(text: string): ConsentinelError {
  return new ConsentinelError('graph-rejected', text);
}
