import { type Answer, emptyAnswer } from '../protocol/answer.js';
import { badRequest } from '../protocol/graph-error.js';
import { bodyOf, type GraphRequest } from '../protocol/graph-request.js';
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
export function patchPolicy({ directory }: TenantState, request: GraphRequest, name: string): Answer {
  directory.policies.update(name, bodyOf(request));
  return emptyAnswer(204);
}
