import type { User } from '../entra/user.js';
import { neverExpires } from '../tenant/hybrid.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import type { UserContext } from './user-context.js';

const { notRead, ok, fails, unknown } = stepsOf('password');
const step = 'The password of the user has not expired';
const day = 86_400_000;
/** Source: Graph, domain: `passwordValidityPeriodInDays`, "if the property is not set, a default value of 90 days". */
const defaultDays = 90;

/**
 * Compares the age of a password with the policy of the domain.
 * Source: Graph, user (`passwordPolicies`, `lastPasswordChangeDateTime`) and domain.
 */
export function passwordStep(user: User, { domains, now }: UserContext, link: string): DiagnosisStep {
  if (user.userType?.toLowerCase() === 'guest') {
    return unknown(
      step,
      'The user is a guest. Another directory has the password.',
      'Check the password in the home tenant of the user.',
    );
  }
  if (/DisablePasswordExpiration/i.test(user.passwordPolicies ?? '')) {
    return ok(step, `The password never expires in the cloud (DisablePasswordExpiration).${onPremises(user)}`);
  }
  if ('reason' in domains) return notRead(step, domains);
  const name = user.userPrincipalName.split('@').at(-1)?.toLowerCase();
  const domain = domains.found.find(({ id }) => id?.toLowerCase() === name);
  if (!domain) return unknown(step, 'The domain of the user is not a domain of the tenant.');
  if (domain.authenticationType?.toLowerCase() === 'federated') {
    return unknown(
      step,
      'The domain is federated: another identity provider checks the password.',
      'Check the password in the federated identity provider.',
    );
  }
  return ageStep(user, domain.passwordValidityPeriodInDays, now, link);
}

function ageStep(user: User, period: number | null, now: string, link: string): DiagnosisStep {
  const days = period ?? defaultDays;
  if (days >= neverExpires) return ok(step, `Passwords of the domain never expire.${onPremises(user)}`);
  const changed = user.lastPasswordChangeDateTime;
  if (!changed) return unknown(step, 'Graph does not return when the password was last changed.');
  const age = Math.floor((Date.parse(now) - Date.parse(changed)) / day);
  const facts = `The password was changed ${age} days ago (${changed}). Passwords of the domain expire after ${days} days`;
  if (age < days) return ok(step, `${facts}.${onPremises(user)}`);
  const fix = user.onPremisesSyncEnabled
    ? 'Change the password in Active Directory, and wait for the next password synchronization.'
    : 'Reset the password. The user must then sign in again.';
  const assumed = period === null ? ' (the default)' : '';
  const more = { code: 'AADSTS50055', link, ...(period === null && { circumstantial: true as const }) };
  return fails(step, `${facts}${assumed}.`, fix, more);
}

function onPremises({ onPremisesSyncEnabled }: User): string {
  return onPremisesSyncEnabled ? ' The cloud does not know whether the password is expired on premises.' : '';
}
