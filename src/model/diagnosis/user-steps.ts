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
    return [fails(step, 'There is none of this name or id.', 'Check the name.', { code: 'AADSTS50034' })];
  }
  const link = userUrl(user.id, context.cloud);
  return [
    ok(step, 'It is.'),
    enabledStep(user, link),
    passwordStep(user, context, link),
    sessionStep(user, context, link),
    ...syncSteps(user, context),
    ...(user.onPremisesSyncEnabled ? [provisioningStep(user, link)] : []),
  ];
}

function enabledStep({ accountEnabled, onPremisesSyncEnabled }: User, link: string): DiagnosisStep {
  const step = 'The account of the user is enabled';
  if (accountEnabled === null) return unknown(step, 'Graph does not tell.');
  if (accountEnabled) return ok(step, 'It is.');
  const fix = onPremisesSyncEnabled
    ? 'Enable it in Active Directory, and wait for the next synchronization.'
    : 'Enable it.';
  return fails(step, 'It is disabled.', fix, { code: 'AADSTS50057', link });
}

/** Source: Graph, user: tokens issued before `signInSessionsValidFromDateTime` are invalid. */
function sessionStep(user: User, { issuedAt }: UserContext, link: string): DiagnosisStep {
  const step = 'The session of the token was not revoked since';
  const from = user.signInSessionsValidFromDateTime;
  if (!from) return unknown(step, 'Graph does not tell since when sessions are valid.');
  if (issuedAt === undefined) {
    const fix = 'Give the failing request with --request: the token in it tells when the session was used.';
    return unknown(
      step,
      `Sessions from before ${from} are not valid any more; no token of the user was given to compare.`,
      fix,
    );
  }
  const issued = new Date(issuedAt).toISOString();
  if (issuedAt >= Date.parse(from)) return ok(step, `The token is of ${issued}, sessions are valid from ${from}.`);
  const changed = user.lastPasswordChangeDateTime;
  const byPassword = !!changed && Date.parse(changed) > issuedAt;
  const why = byPassword ? ` The password was changed at ${changed}.` : '';
  return fails(
    step,
    `The token was issued at ${issued}, and sessions from before ${from} are revoked.${why}`,
    'Let the user sign in again; the client must drop the tokens that it keeps.',
    { code: byPassword ? 'AADSTS50133' : 'AADSTS50173', link },
  );
}

/** On-premises changes arrive with the next synchronization. An old synchronization alone stops no sign-in. */
function syncSteps({ onPremisesSyncEnabled }: User, { organization, now }: UserContext): DiagnosisStep[] {
  const step = 'The directory on premises was synchronized lately';
  if (!onPremisesSyncEnabled) return [ok(step, 'The user lives in the cloud only.')];
  if ('reason' in organization) return [notRead(step, organization)];
  const { onPremisesLastSyncDateTime, onPremisesLastPasswordSyncDateTime } = organization.found;
  return [
    freshStep(step, onPremisesLastSyncDateTime, now),
    freshStep('Passwords were synchronized lately', onPremisesLastPasswordSyncDateTime, now),
  ];
}

function freshStep(step: string, at: string | null, now: string): DiagnosisStep {
  if (!at) return unknown(step, 'Graph does not tell when.', 'Look at Microsoft Entra Connect in the admin center.');
  if (!isOlderThan(at, staleAfterHours, now)) return ok(step, `The last time was ${at}.`);
  const detail = `The last time was ${at}, more than ${staleAfterHours} hours ago: what was changed since, passwords among it, has not arrived.`;
  const fix = 'Look at the server of Microsoft Entra Connect: its service, its account, its event log.';
  return fails(step, detail, fix, { code: 'AADSTS50000', circumstantial: true });
}

function provisioningStep({ onPremisesProvisioningErrors: errors }: User, link: string): DiagnosisStep {
  const step = 'The user is synchronized without errors';
  const [first] = errors;
  if (!first) return ok(step, 'There are no provisioning errors.');
  const detail = `There are ${errors.length}: ${first.category ?? 'an error'} of ${first.propertyCausingError ?? 'a property'} since ${first.occurredDateTime ?? 'some time'}.`;
  const fix = `Mend ${first.propertyCausingError ?? 'the property'} in Active Directory, and synchronize.`;
  return fails(step, detail, fix, { code: 'AADSTS50000', circumstantial: true, link });
}
