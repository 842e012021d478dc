import type { TenantState } from '../directory/tenant-state.js';
import type { Answer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import type { JsonObject } from '../protocol/json.js';
import { entityAnswer, listAnswer } from '../protocol/odata.js';

/** The properties of a user without `$select`: a part of Graph's default set. Source: "Get a user". */
const defaultUserProperties = ['id', 'displayName', 'userPrincipalName', 'mail'];

/** `GET /organization`, a list of one. The synchronization properties are null in a tenant without synchronization. */
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
export function answerUser({ tenant }: TenantState, request: GraphRequest, name: string): Answer {
  const requested = decodeURIComponent(name).toLowerCase();
  const user = (tenant.users ?? []).find(({ id, userPrincipalName }) =>
    [id, userPrincipalName].some((known) => String(known).toLowerCase() === requested),
  );
  if (!user) throw notFound(name);
  return entityAnswer('users', selected(user, request, defaultUserProperties));
}

/** `GET /directory/onPremisesSynchronization`, a list of one. */
export function answerOnPremisesSynchronization({ tenant }: TenantState): Answer {
  const off = { passwordSyncEnabled: false, cloudPasswordPolicyForPasswordSyncedUsersEnabled: false };
  const features = { ...off, passwordWritebackEnabled: false, ...tenant.onPremisesSynchronization };
  return listAnswer('directory/onPremisesSynchronization', [{ id: tenant.id, features }]);
}

/** The properties that `$select` names, with null for missing ones. Without `$select` the default ones. */
function selected(object: JsonObject, request: GraphRequest, defaults: readonly string[] = Object.keys(object)) {
  const names = request.query.get('$select')?.split(',') ?? defaults;
  return Object.fromEntries(names.map((name) => [name.trim(), object[name.trim()] ?? null]));
}
