import type { Application } from '../../model/entra/app.js';
import { validityOf } from '../../model/entra/credential.js';
import type { Violation } from '../../model/rule/violation.js';

/**
 * Whether the certificate with which Entra encrypts the tokens of an application has expired. The severity is low,
 * because Microsoft does not document what happens then.
 * Source: Graph, application: `tokenEncryptionKeyId` names one of the `keyCredentials`.
 * @param observedAt ISO 8601
 */
export function encryptionViolations(
  application: Application<'keyCredentials' | 'tokenEncryptionKeyId'> | undefined,
  observedAt: string,
): Violation[] {
  const { tokenEncryptionKeyId: keyId } = application ?? {};
  if (!application || !keyId) return [];
  const key = application.keyCredentials.find((one) => one.keyId?.toLowerCase() === keyId.toLowerCase());
  if (!key || validityOf(key, observedAt) !== 'expired') return [];
  return [
    {
      on: 'application',
      objectId: application.id,
      key: keyId,
      severity: 'low',
      message: `The certificate that encrypts tokens for ${application.displayName} is expired.`,
      evidence: { keyId, endDateTime: key.endDateTime ?? null, validity: 'expired', usage: 'encryption' },
    },
  ];
}
