import type { KeyCredential, PasswordCredential } from '../../model/entra/app.js';
import {
  isSymmetricSigningKey,
  isSymmetricVerifyingKey,
  mayBeSymmetricSigningKey,
  validityOf,
} from '../../model/entra/credential.js';
import { isPlatformIdentity } from '../../model/entra/platform-identity.js';
import { appRule } from '../../model/rule/rule.js';
import type { Subject, Violation } from '../../model/rule/violation.js';
import { manualFix } from './manual.js';
import { removeSymmetricSigningKey } from './remedy.js';

interface Holder {
  id: string;
  displayName: string;
  keyCredentials: readonly KeyCredential[];
  passwordCredentials: readonly PasswordCredential[];
}

/**
 * The v2.0 endpoint signs tokens with certificates only.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 4.
 */
export const rule = appRule({
  id: 'no-symmetric-signing-key',
  title: 'Applications and service principals sign tokens with certificates only',
  problem: 'Symmetric signing key',
  severity: 'high',
  codes: ['AADSTS50000'],
  manualFix,
  remedy: removeSymmetricSigningKey,
  select: {
    application: ['keyCredentials', 'passwordCredentials'],
    servicePrincipal: ['appOwnerOrganizationId', 'keyCredentials', 'passwordCredentials', 'servicePrincipalType'],
  },
  undetermined: ({ application, servicePrincipal }) =>
    [application, servicePrincipal].flatMap((holder) =>
      (holder?.keyCredentials ?? [])
        .filter(mayBeSymmetricSigningKey)
        .map(({ keyId }) => ({ objectId: holder?.id ?? '', key: keyId ?? '' })),
    ),
  check(app, tenant) {
    const { application, servicePrincipal } = app;
    const { observedAt } = tenant;
    if (![application, servicePrincipal].some((holder) => holder?.keyCredentials.length)) return [];
    if (isPlatformIdentity(app, tenant)) return [];
    const legacy = servicePrincipal?.servicePrincipalType?.toLowerCase() === 'legacy';
    return [
      ...(application ? violations('application', application, observedAt, false) : []),
      ...(servicePrincipal ? violations('servicePrincipal', servicePrincipal, observedAt, legacy) : []),
    ];
  },
});

function violations(on: Subject, holder: Holder, observedAt: string, legacy: boolean): Violation[] {
  return holder.keyCredentials.filter(isSymmetricSigningKey).map((key) => {
    const { keyId = null, startDateTime = null, endDateTime = null } = key;
    const validity = validityOf(key, observedAt);
    const origin = legacy || isOfAddInTrio(key, holder) ? 'sharepoint-add-in' : 'unknown';
    return {
      on,
      objectId: holder.id,
      key: keyId ?? '',
      ...(validity === 'expired' && { severity: 'medium' as const }),
      message: `${holder.displayName} has a symmetric signing key (${validity.replaceAll('-', ' ')}) on its ${on === 'application' ? 'application' : 'service principal'}.`,
      evidence: { keyId, startDateTime, endDateTime, validity, origin },
    };
  });
}

/**
 * AppRegNew.aspx created three credentials for an add-in, with one value and the same dates: Symmetric/Sign,
 * Symmetric/Verify, and a password. Before December 2024 its service principal had the type Legacy.
 * Source: Microsoft Learn, "Replace an expiring client secret in a SharePoint Add-in".
 */
function isOfAddInTrio(key: KeyCredential, holder: Holder): boolean {
  const sameDates = (other: Pick<KeyCredential, 'startDateTime' | 'endDateTime'>) =>
    other.startDateTime === key.startDateTime && other.endDateTime === key.endDateTime;
  return (
    holder.keyCredentials.some((other) => isSymmetricVerifyingKey(other) && sameDates(other)) &&
    holder.passwordCredentials.some(sameDates)
  );
}
