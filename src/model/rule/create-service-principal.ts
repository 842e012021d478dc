import type { Remedy } from '../remediation/remediation.js';
import type { RemedySubject } from './remedy.js';

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
 * One POST that creates the service principal of an app, which can be deleted again. A deleted service principal is better
 * restored, because its grants are restored too.
 * Source: Graph, create servicePrincipal.
 * @param subject the app without a service principal
 * @param warnings for the approver
 */
export function createServicePrincipalOf(
  { app: { appId, application }, facts }: RemedySubject,
  warnings: readonly string[] = [],
): Remedy {
  if (application?.subtype === 'agentIdentityBlueprint') return blueprint;
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
  return {
    plan: {
      requests: [{ method: 'POST', path: '/servicePrincipals', body: { appId } }],
      irreversible: false,
      undo: `Delete it: DELETE /servicePrincipals(appId='${appId}').`,
      warnings,
      guard: { appId },
    },
  };
}
