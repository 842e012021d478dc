import { type DiagnosisStep, type ReadResult, stepsOf } from './diagnosis.js';

/** How a user is assigned to an app. A group within an assigned group gives no access. */
export type UserAssignment = 'direct' | 'group' | 'nested-group' | 'none';

/** The assignment of a user to an app that requires one. */
export interface AssignmentContext {
  /** `appRoleAssignmentRequired` of the service principal. */
  readonly isRequired: boolean | null | undefined;
  /** Undefined where it is not needed. */
  readonly assignment: ReadResult<UserAssignment> | undefined;
  readonly link: string;
}

const { ok, fails, unknown, notRead } = stepsOf('consent');

/**
 * Whether the given user is assigned to the app.
 * Source: Microsoft Learn, "Manage users and groups assignment to an application" (the assignment does not cascade to
 * nested groups); error code 50105.
 */
export function assignmentSteps({ isRequired, assignment, link }: AssignmentContext): DiagnosisStep[] {
  const step = 'The user is assigned to the app, if the app requires assignment';
  if (isRequired === false) return [ok(step, 'The app does not require assignment.')];
  if (isRequired !== true) return [unknown(step, 'Graph does not return whether the app requires assignment.')];
  if (!assignment) return [unknown(step, 'The assignments are unknown, because the user was not found.')];
  if ('reason' in assignment) return [notRead(step, assignment)];
  const { found } = assignment;
  if (found === 'direct') return [ok(step, 'The user is assigned.')];
  if (found === 'group') return [ok(step, 'A group of the user is assigned.')];
  const nested = found === 'nested-group';
  const detail = nested
    ? 'The user is a member only through a nested group. Nested groups give no access.'
    : 'The user and the groups of the user are not assigned to the app.';
  const fix = 'Assign the user, or a group that has the user as a direct member, to the enterprise application.';
  return [fails(step, detail, fix, { code: 'AADSTS50105', link })];
}
