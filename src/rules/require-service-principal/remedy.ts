import type { Remedy } from '../../model/remediation/remediation.js';
import type { AppRemedy } from '../../model/rule/remedy.js';

/** Source: Graph, create agentIdentityBlueprintPrincipal; it is another type than an ordinary service principal. */
const blueprint: Remedy = {
  manual: {
    reason: 'The application is an agent identity blueprint, and a plan would create an ordinary service principal.',
    steps: [
      'Ask the owner or the sponsor of the blueprint whether it needs a principal: a blueprint for one agent has none by design.',
      'Otherwise create its principal: POST /servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal with the appId.',
    ],
  },
};

const createManually = 'Otherwise create one: POST /servicePrincipals with the appId.';

/**
 * One POST that creates the service principal, which can be deleted again. A deleted service principal is better restored,
 * because its grants are restored too.
 * Source: Graph, create servicePrincipal.
 */
export const createServicePrincipal: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  plan(_violation, { app, facts }) {
    if (app.application?.subtype === 'agentIdentityBlueprint') return blueprint;
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
