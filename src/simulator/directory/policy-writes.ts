import { type Answer, emptyAnswer } from '../protocol/answer.js';
import { badRequest } from '../protocol/graph-error.js';
import { bodyOf, type GraphRequest } from '../protocol/graph-request.js';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { timeAt } from '../protocol/timestamps.js';
import type { TenantState } from './tenant-state.js';

/**
 * `PUT /policies/adminConsentRequestPolicy` replaces the policy: of the members before, none is kept.
 * Source: "Update adminConsentRequestPolicy": all five are required.
 */
export function putConsentRequestPolicy({ directory }: TenantState, request: GraphRequest): Answer {
  const body = bodyOf(request);
  const required = ['isEnabled', 'notifyReviewers', 'remindersEnabled', 'requestDurationInDays', 'reviewers'];
  const missing = required.find((member) => body[member] === undefined);
  if (missing !== undefined) throw badRequest(`The property '${missing}' is required.`);
  const version = Number(directory.policies.get('adminConsentRequestPolicy')?.version ?? 0) + 1;
  const given = Object.fromEntries(required.map((member) => [member, body[member] ?? null]));
  directory.policies.replace('adminConsentRequestPolicy', { ...given, version });
  return emptyAnswer(204);
}

/** `PATCH /policies/{name}`: the answer is 204 without a body. */
export function patchPolicy(state: TenantState, request: GraphRequest, name: string): Answer {
  const before = state.directory.policies.get(name);
  const after = state.directory.policies.update(name, bodyOf(request));
  if (name === 'authorizationPolicy') recordUpdate(state, request, before ?? {}, after);
  return emptyAnswer(204);
}

/**
 * The log names its properties as Graph's beta version does: the assigned policies are a property of their own.
 * Source: "Microsoft Entra audit log activity reference", Core Directory: "Update authorization policy" of the category
 * AuthorizationPolicy. The reference does not list the properties; detection rules read `modifiedProperties` so.
 */
function recordUpdate(
  { auditLogs, clock }: TenantState,
  { identity }: GraphRequest,
  before: JsonObject,
  after: JsonObject,
): void {
  const assigned = (permissions: JsonValue | undefined) =>
    isObject(permissions) ? (permissions.permissionGrantPoliciesAssigned ?? []) : [];
  const flat = ({ defaultUserRolePermissions, ...policy }: JsonObject): JsonObject => ({
    ...policy,
    permissionGrantPolicyIdsAssignedToDefaultUserRole: assigned(defaultUserRolePermissions),
  });
  const [oldValues, newValues] = [flat(before), flat(after)];
  const changed = Object.keys(newValues).filter(
    (property) => JSON.stringify(oldValues[property]) !== JSON.stringify(newValues[property]),
  );
  auditLogs.record({
    activityDateTime: timeAt(clock.now()),
    category: 'AuthorizationPolicy',
    activityDisplayName: 'Update authorization policy',
    operationType: 'Update',
    result: 'success',
    initiatedBy: { user: null, app: { appId: identity.clientId, servicePrincipalId: identity.objectId } },
    targetResources: [
      {
        id: 'authorizationPolicy',
        type: 'Policy',
        modifiedProperties: changed.map((property) => ({
          displayName: `${property[0]?.toUpperCase()}${property.slice(1)}`,
          oldValue: JSON.stringify(oldValues[property] ?? null),
          newValue: JSON.stringify(newValues[property] ?? null),
        })),
      },
    ],
  });
}
