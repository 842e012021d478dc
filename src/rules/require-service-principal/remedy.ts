import type { AppRemedy } from '../../model/rule/remedy.js';

const createByHand = 'Otherwise create one: POST /servicePrincipals with the appId.';

/**
 * One POST that makes the service principal; it can be deleted again.
 * Source: Graph, create servicePrincipal. Where a deleted one could be restored that is better: its grants come back.
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
            createByHand,
          ],
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
