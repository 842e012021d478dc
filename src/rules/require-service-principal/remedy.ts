import type { AppRemedy } from '../../model/rule/remedy.js';

const createManually = 'Otherwise create one: POST /servicePrincipals with the appId.';

/**
 * One POST that creates the service principal, which can be deleted again. A deleted service principal is better restored,
 * because its grants are restored too.
 * Source: Graph, create servicePrincipal.
 */
export const createServicePrincipal: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  plan(_violation, { app, facts }) {
    if (facts.deletedServicePrincipal !== false) {
      const reason = facts.deletedServicePrincipal
        ? 'A deleted service principal of this app could be restored, with its grants and assignments.'
        : 'It could not be read whether a deleted service principal of this app could be restored.';
      return {
        manual: {
          reason,
          steps: [
            'Look in Enterprise applications > Deleted applications, and restore it if it is the one.',
            createManually,
          ],
          ...(facts.deletedServicePrincipal === undefined && { undetermined: true }),
        },
      };
    }
    const { appId } = app;
    return {
      plan: {
        requests: [{ method: 'POST', path: '/servicePrincipals', body: { appId } }],
        irreversible: false,
        warnings: [],
        guard: { appId },
      },
    };
  },
};
