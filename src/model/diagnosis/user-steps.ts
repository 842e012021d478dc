import type { User } from '../entra/user.js';
import { userUrl } from '../finding/portal-url.js';
import { isOlderThan, staleAfterHours } from '../tenant/hybrid.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import { passwordStep } from './password-step.js';
import type { UserContext } from './user-context.js';

const { notRead, ok, fails, unknown } = stepsOf('password');

/**
 * Judges a user (root cause 1): password expired, out of sync, session revoked.
 * Source: Graph, user, domain and organization resource types.
 */
export function userSteps(context: UserContext): DiagnosisStep[] {
  const step = 'The user is in the directory';
  if ('reason' in context.user) return [notRead(step, context.user)];
  const user = context.user.found;
  if (!user) {
    return [fails(step, 'No user in this tenant has this name or id.', 'Check the name.', { code: 'AADSTS50034' })];
  }
  const link = userUrl(user.id, context.cloud);
  return [
    ok(step, 'The user is in the directory.'),
    enabledStep(user, link),
    passwordStep(user, context, link),
    sessionStep(user, context, link),
    ...syncSteps(user, context),
    ...(user.onPremisesSyncEnabled ? [provisioningStep(user, link)] : []),
  ];
}

function enabledStep({ accountEnabled, onPremisesSyncEnabled }: User, link: string): DiagnosisStep {
  const step = 'The account of the user is enabled';
  if (accountEnabled === null) return unknown(step, 'Graph does not return whether the account is enabled.');
  if (accountEnabled) return ok(step, 'The account is enabled.');
  const fix = onPremisesSyncEnabled
    ? 'Enable the account in Active Directory, and wait for the next synchronization.'
    : 'Enable the account.';
  return fails(step, 'The account of the user is disabled.', fix, { code: 'AADSTS50057', link });
}

/** Source: Graph, user: tokens issued before `signInSessionsValidFromDateTime` are invalid. */
function sessionStep(user: User, { issuedAt }: UserContext, link: string): DiagnosisStep {
  const step = 'The session of the token is not revoked';
  const from = user.signInSessionsValidFromDateTime;
  if (!from) return unknown(step, 'Graph does not return the start of valid sessions.');
  if (issuedAt === undefined) {
    const fix = 'Give the failing request with --request. The token in it shows the time of the session.';
    return unknown(step, `Sessions from before ${from} are revoked. There is no token of the user to compare.`, fix);
  }
  const issued = new Date(issuedAt).toISOString();
  if (issuedAt >= Date.parse(from))
    return ok(step, `The token was issued at ${issued}. Sessions from ${from} on are valid.`);
  const changed = user.lastPasswordChangeDateTime;
  const byPassword = !!changed && Date.parse(changed) > issuedAt;
  const why = byPassword ? ` The password was changed at ${changed}.` : '';
  return fails(
    step,
    `The token was issued at ${issued}. Sessions from before ${from} are revoked.${why}`,
    'The user must sign in again, and the client must delete its cached tokens.',
    { code: byPassword ? 'AADSTS50133' : 'AADSTS50173', link },
  );
}

/** On-premises changes arrive with the next synchronization. An old synchronization alone stops no sign-in. */
function syncSteps({ onPremisesSyncEnabled }: User, { organization, now }: UserContext): DiagnosisStep[] {
  const step = 'The on-premises directory was synchronized recently';
  if (!onPremisesSyncEnabled) return [ok(step, 'The user is a cloud-only user.')];
  if ('reason' in organization) return [notRead(step, organization)];
  const { onPremisesLastSyncDateTime, onPremisesLastPasswordSyncDateTime } = organization.found;
  return [
    freshStep(step, onPremisesLastSyncDateTime, now),
    freshStep('Passwords were synchronized recently', onPremisesLastPasswordSyncDateTime, now),
  ];
}

function freshStep(step: string, at: string | null, now: string): DiagnosisStep {
  if (!at)
    return unknown(
      step,
      'Graph does not return the time of the synchronization.',
      'Check Microsoft Entra Connect in the admin center.',
    );
  if (!isOlderThan(at, staleAfterHours, now)) return ok(step, `The last synchronization was at ${at}.`);
  const detail = `The last synchronization was at ${at}, more than ${staleAfterHours} hours ago. Later changes, for example of passwords, are missing in the cloud.`;
  const fix = 'Check the server of Microsoft Entra Connect: its service, its account and its event log.';
  return fails(step, detail, fix, { code: 'AADSTS50000', circumstantial: true });
}

function provisioningStep({ onPremisesProvisioningErrors: errors }: User, link: string): DiagnosisStep {
  const step = 'The user is synchronized without errors';
  const [first] = errors;
  if (!first) return ok(step, 'The user has no provisioning errors.');
  const detail = `The user has ${errors.length} provisioning errors. The first: ${first.category ?? 'an error'} of ${first.propertyCausingError ?? 'a property'} since ${first.occurredDateTime ?? 'an unknown time'}.`;
  const fix = `Fix ${first.propertyCausingError ?? 'the property'} in Active Directory, then synchronize.`;
  return fails(step, detail, fix, { code: 'AADSTS50000', circumstantial: true, link });
}
