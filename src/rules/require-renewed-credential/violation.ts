import type { Severity, Violation } from '../../model/rule/violation.js';
import { usesIdTokensOnly } from '../../model/tenant/id-tokens-only.js';
import type { Expiring, RenewedApp } from './expiring.js';

/** The violation of one credential. Nothing in it changes from day to day, so that an unchanged tenant causes no write. */
export function violationOf(app: RenewedApp, expiring: Expiring): Violation {
  const { on, objectId, keyId, kind, isLast } = expiring;
  const { displayName = '' } = app[on] ?? {};
  const endDateTime = expiring.credential.endDateTime ?? '';
  const severity = severityOf(app, expiring);
  return {
    on,
    objectId,
    key: keyId,
    ...(severity !== 'high' && { severity }),
    message: `A ${kind === 'secret' ? 'client secret' : 'certificate'} of ${displayName} expires on ${endDateTime.slice(0, 10)}.`,
    evidence: { keyId, credential: kind, endDateTime, validity: 'expires-soon', lastCredential: isLast },
  };
}

/**
 * If no other credential is valid longer, the client gets no token after the end: medium, and high in the last days. If
 * another one is, the expiring one may be unused: one level lower. A client that uses id_tokens only needs none.
 */
function severityOf({ application }: RenewedApp, { stage, isLast }: Expiring): Severity {
  if (application && usesIdTokensOnly(application)) return 'low';
  if (stage === 'urgent') return isLast ? 'high' : 'medium';
  return isLast ? 'medium' : 'low';
}
