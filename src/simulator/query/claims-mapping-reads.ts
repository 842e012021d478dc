import type { TenantState } from '../directory/tenant-state.js';
import type { Answer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import { type JsonObject, objectsOf } from '../protocol/json.js';
import { listAnswer } from '../protocol/odata.js';

/**
 * `GET /policies/claimsMappingPolicies`: the policies that service principals have in their property of that name.
 * Source: Graph, list claimsMappingPolicies.
 */
export function listClaimsMappingPolicies({ directory }: TenantState): Answer {
  const policies = [...directory.collection('servicePrincipals').own()].flatMap(policiesOf);
  return listAnswer('policies/claimsMappingPolicies', [...new Map(policies.map((one) => [one.id, one])).values()]);
}

/** `GET /policies/claimsMappingPolicies/{id}/appliesTo`. Source: Graph, list appliesTo. */
export function listAppliesTo({ directory }: TenantState, id: string): Answer {
  const principals = [...directory.collection('servicePrincipals').own()].filter((principal) =>
    policiesOf(principal).some((policy) => policy.id === id),
  );
  if (principals.length === 0) throw notFound(id);
  return listAnswer(
    'directoryObjects',
    principals.map((principal) => ({ '@odata.type': '#microsoft.graph.servicePrincipal', id: principal.id ?? null })),
  );
}

function policiesOf(principal: JsonObject): readonly JsonObject[] {
  return objectsOf(principal.claimsMappingPolicies);
}
