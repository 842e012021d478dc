import { z } from 'zod';
import type { UserAssignment } from '../../model/diagnosis/assignment-steps.js';
import { ConsentinelError } from '../../model/errors.js';
import { type ReadContext, readAll } from '../http/read.js';

const assignedTo = z.object({ principalId: z.string(), principalType: z.string().nullish() });
const member = z.object({ id: z.string() });

/**
 * How a user is assigned to an app. Graph lists the assignments of a user, with those of groups that the user is a direct
 * member of, to an application with Directory.Read.All. Without it, the assignments to the app are compared with the
 * groups of the user, which Application.Read.All and User.Read.All permit.
 * Sources: Graph, list appRoleAssignments granted to a user; list appRoleAssignments granted for a service principal; list a
 * user's memberships (direct and transitive).
 * @throws GraphCallError
 */
export async function readAssignmentOf(
  context: ReadContext,
  userId: string,
  principalId: string,
): Promise<UserAssignment> {
  const held = await readHeld(context, userId, principalId);
  const [first] = held ?? [];
  if (first) return held?.some((one) => sameId(one.principalId, userId)) ? 'direct' : 'group';
  const assigned = await readAll(
    context,
    `/servicePrincipals/${encodeURIComponent(principalId)}/appRoleAssignedTo?$select=principalId,principalType&$top=999`,
    assignedTo,
  );
  const ids = new Set(assigned.map((one) => one.principalId.toLowerCase()));
  if (ids.has(userId.toLowerCase())) return 'direct';
  if (!assigned.some(({ principalType }) => principalType?.toLowerCase() !== 'user')) return 'none';
  const isIn = async (relation: string) => (await readGroups(context, userId, relation)).some((id) => ids.has(id));
  if (held === undefined && (await isIn('memberOf'))) return 'group';
  return (await isIn('transitiveMemberOf')) ? 'nested-group' : 'none';
}

/** The assignments of the user to the app; undefined where Graph refuses to list them. */
async function readHeld(context: ReadContext, userId: string, principalId: string) {
  const filter = encodeURIComponent(`resourceId eq ${principalId}`);
  const path = `/users/${encodeURIComponent(userId)}/appRoleAssignments?$filter=${filter}&$select=principalId`;
  try {
    return await readAll(context, path, assignedTo.pick({ principalId: true }));
  } catch (error) {
    if (error instanceof ConsentinelError && error.code === 'permission-missing') return undefined;
    throw error;
  }
}

async function readGroups(context: ReadContext, userId: string, relation: string): Promise<string[]> {
  const path = `/users/${encodeURIComponent(userId)}/${relation}?$select=id&$top=999`;
  return (await readAll(context, path, member)).map(({ id }) => id.toLowerCase());
}

function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
