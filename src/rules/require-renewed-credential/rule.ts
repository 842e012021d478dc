import { clientPrincipalProperties, clientProperties, isOff } from '../../model/entra/client-credential.js';
import { appRule } from '../../model/rule/rule.js';
import { expiringCredentials } from './expiring.js';
import { manualFix } from './manual.js';
import { violationOf } from './violation.js';

/**
 * A secret or a certificate of a client is replaced before it expires. Certificates that sign or encrypt tokens belong to
 * `require-valid-signing-certificate`, and a client whose credentials have all expired to
 * `require-valid-client-credential`.
 * Sources: Microsoft Entra recommendations, "Renew expiring application credentials" and "Renew expiring service principal
 * credentials" (30 days); error codes 7000222 and 700027.
 */
export const rule = appRule({
  id: 'require-renewed-credential',
  title: 'Secrets and certificates of clients are replaced before they expire',
  problem: 'Credential expires soon',
  severity: 'high',
  codes: ['AADSTS7000222', 'AADSTS700027'],
  manualFix,
  select: {
    application: clientProperties,
    servicePrincipal: [...clientPrincipalProperties, 'appOwnerOrganizationId', 'servicePrincipalType'],
  },
  undetermined(app, tenant) {
    if (isOff(app)) return [];
    return expiringCredentials(app, tenant)
      .filter(({ isCertain }) => !isCertain)
      .map(({ objectId, keyId }) => ({ objectId, key: keyId }));
  },
  check(app, tenant) {
    if (isOff(app)) return [];
    return expiringCredentials(app, tenant).flatMap((one) => (one.isCertain ? [violationOf(app, one)] : []));
  },
});
