import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';
import { restoreApplication } from './remedy.js';

/**
 * Entra issues no token for a service principal whose application is missing. A deleted application of this tenant can be
 * restored for 30 days. A service principal without an application and without a deleted one is not reported: SharePoint
 * add-ins have no application by design.
 * Sources: Graph, servicePrincipal (`servicePrincipalType`: "If the associated app registration is missing, tokens are not
 * issued for the service principal"); Graph, directory: deletedItems.
 */
export const rule = appRule({
  id: 'require-application',
  title: 'The application of every service principal of this tenant exists',
  problem: 'Service principal without its application',
  severity: 'medium',
  codes: ['AADSTS700016'],
  manualFix,
  remedy: restoreApplication,
  select: {
    servicePrincipal: ['appOwnerOrganizationId', 'servicePrincipalType'],
    tenant: ['deletedApplications'],
  },
  check({ appId, application, servicePrincipal }, { id: tenantId, deletedApplications }) {
    if (application || !servicePrincipal) return [];
    const { appOwnerOrganizationId: owner, servicePrincipalType: type } = servicePrincipal;
    if (owner?.toLowerCase() !== tenantId.toLowerCase() || type?.toLowerCase() !== 'application') return [];
    const deleted = deletedApplications.byAppId(appId);
    if (!deleted) return [];
    const { id: applicationId, deletedDateTime } = deleted;
    return [
      {
        on: 'servicePrincipal',
        objectId: servicePrincipal.id,
        message: `The application of ${servicePrincipal.displayName} is deleted. Its service principal gets no tokens.`,
        evidence: { applicationId, deletedDateTime },
      },
    ];
  },
});
