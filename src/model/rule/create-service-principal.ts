import type { Remedy } from '../remediation/remediation.js';
import type { RemedySubject } from './remedy.js';

/** Source: Graph, create agentIdentityBlueprintPrincipal; it is another type than an ordinary service principal. */
const blueprint: Remedy = {
  manual: {
    reason: 'The application is an agent identity blueprint. A plan would create an ordinary service principal.',
    steps: [
      'Ask the owner or the sponsor of the blueprint whether it needs a principal. A blueprint for one agent has no principal by design.',
      'If it needs a principal, create it: POST /servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal with the appId.',
    ],
  },
};

const createManually = 'If you cannot restore it, create a service principal: POST /servicePrincipals with the appId.';

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
      ? 'You can restore a deleted service principal of this app, with its grants and assignments.'
      : 'Consentinel could not read whether a deleted service principal of this app exists.';
    return {
      manual: {
        reason,
        steps: [
          'Check Enterprise applications > Deleted applications, and restore the service principal if it is there.',
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
      undo: `Delete the service principal: DELETE /servicePrincipals(appId='${appId}').`,
      warnings,
      guard: { appId },
    },
  };
}
