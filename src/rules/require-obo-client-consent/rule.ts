import { appRule } from '../../model/rule/rule.js';
import { userConsentPolicies } from '../../model/tenant/consent-policy.js';
import { isMiddleTier, isUnclearMiddleTier } from '../../model/tenant/middle-tier.js';
import { isCustomerTenant } from '../../model/tenant/tenant-type.js';
import { manualFix } from './manual.js';

/**
 * A user's token for a middle-tier API requires consent to the client. Where users cannot consent, the API must name its
 * clients, or an administrator must have consented to one. Otherwise no client gets a token, and the API has no user to
 * act for. An app that signs users in itself is its own client.
 * Source: Microsoft identity platform, "On-Behalf-Of flow", gaining consent for the middle-tier application
 * (`knownClientApplications`, `preAuthorizedApplications`).
 */
export const rule = appRule({
  id: 'require-obo-client-consent',
  title: 'Every On-Behalf-Of API has a client that can get consent',
  problem: 'On-Behalf-Of API without a client that can get consent',
  severity: 'medium',
  codes: ['AADSTS65001', 'AADSTS90094'],
  manualFix,
  select: {
    application: ['api', 'publicClient', 'requiredResourceAccess', 'spa', 'web'],
    tenant: ['authorizationPolicy', 'grants'],
  },
  undetermined: ({ application }) =>
    application && isUnclearMiddleTier(application) ? [{ objectId: application.id, key: '' }] : [],
  check({ application, servicePrincipal }, { authorizationPolicy, grants, tenantType }) {
    if (!application || !servicePrincipal || !isMiddleTier(application)) return [];
    if (isCustomerTenant({ tenantType })) return [];
    const { api, web, spa, publicClient, displayName } = application;
    const named = [api?.knownClientApplications, api?.preAuthorizedApplications].some((list) => list?.length);
    const ownClient = [web, spa, publicClient].some((client) => client?.redirectUris?.length);
    const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned;
    const usersMayConsent = userConsentPolicies(assigned).length > 0;
    if (named || ownClient || usersMayConsent || grants.anyOn(servicePrincipal.id)) return [];
    return [
      {
        on: 'application',
        objectId: application.id,
        message: `${displayName} uses the On-Behalf-Of flow but names no client application. Its clients have no consent and cannot get it.`,
        evidence: { knownClientApplications: 0, preAuthorizedApplications: 0, usersMayConsent, clientsGranted: false },
        ...(!grants.isConfirmedOn(servicePrincipal.id) && { restsOnAbsenceOf: 'clientGrant' as const }),
      },
    ];
  },
});
