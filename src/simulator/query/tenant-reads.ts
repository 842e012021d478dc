import type { TenantState } from '../directory/tenant-state.js';
import type { Answer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import type { JsonObject } from '../protocol/json.js';
import { entityAnswer, listAnswer } from '../protocol/odata.js';

/** What Graph shows of a user unless `$select` says otherwise. Source: Graph, "Get a user"; the shorter half of it. */
const shownOfUsers = ['id', 'displayName', 'userPrincipalName', 'mail'];

/** `GET /organization`, a list of one. A tenant that was never synchronized has null where a hybrid one has values. */
export function answerOrganization({ tenant }: TenantState, request: GraphRequest): Answer {
  const { id, displayName } = tenant;
  const unset = { onPremisesSyncEnabled: null, onPremisesLastSyncDateTime: null };
  const organization = selected({ id, displayName, ...unset, ...tenant.organization }, request);
  return listAnswer('organization', [organization]);
}

/** `GET /domains`. */
export function answerDomains({ tenant }: TenantState, request: GraphRequest): Answer {
  return listAnswer(
    'domains',
    (tenant.domains ?? []).map((domain) => selected(domain, request)),
  );
}

/** `GET /users/{id}` and `/users/{userPrincipalName}`. */
export function readUser({ tenant }: TenantState, request: GraphRequest, name: string): Answer {
  const wanted = decodeURIComponent(name).toLowerCase();
  const user = (tenant.users ?? []).find(({ id, userPrincipalName }) =>
    [id, userPrincipalName].some((known) => String(known).toLowerCase() === wanted),
  );
  if (!user) throw notFound(name);
  return entityAnswer('users', selected(user, request, shownOfUsers));
}

/** `GET /directory/onPremisesSynchronization`, a list of one. */
export function answerOnPremisesSynchronization({ tenant }: TenantState): Answer {
  const off = { passwordSyncEnabled: false, cloudPasswordPolicyForPasswordSyncedUsersEnabled: false };
  const features = { ...off, passwordWritebackEnabled: false, ...tenant.onPremisesSynchronization };
  return listAnswer('directory/onPremisesSynchronization', [{ id: tenant.id, features }]);
}

/** The members that `$select` names, null where there is none; without it the given ones, or all. */
function selected(object: JsonObject, request: GraphRequest, otherwise: readonly string[] = Object.keys(object)) {
  const names = request.query.get('$select')?.split(',') ?? otherwise;
  return Object.fromEntries(names.map((name) => [name.trim(), object[name.trim()] ?? null]));
}
