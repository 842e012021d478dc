import type { DelegatedGrant, Grants } from '../tenant/grants.js';
import type { Resource, Resources } from '../tenant/resources.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import { type RequestedScope, requestedScopes, resourceName } from './requested-scopes.js';
import type { RequestedResource } from './resource-steps.js';
import type { TokenRequest } from './token-request.js';
import type { Flow } from './token-request-names.js';

/** What the client holds in the tenant; undefined for what could not be read. */
export interface GrantedContext {
  readonly appId: string;
  /** The object id of the client's service principal. */
  readonly clientId: string | undefined;
  readonly resources: Resources | undefined;
  /** Those of the given user count as grants for all users. */
  readonly grants: Grants | undefined;
  readonly hasUser: boolean;
}

/** In these flows the service cannot ask for consent, so that the grant must exist. */
const silentFlows: readonly (Flow | undefined)[] = ['on-behalf-of', 'password', 'refresh-token'];

const { ok, fails, unknown } = stepsOf('consent');
const published = 'The API publishes every requested scope';
const granted = 'Every requested scope is granted';

/**
 * Compares the scopes of a request with what the API publishes and with the grants of the client.
 * Source: Microsoft identity platform, On-Behalf-Of flow (gaining consent for the middle-tier application); error codes
 * 65001 and 650053. A name that the API does not publish is never shown, because it can be anything.
 */
export function grantedScopeSteps(
  request: TokenRequest,
  requested: readonly RequestedResource[],
  flow: Flow | undefined,
  context: GrantedContext,
): DiagnosisStep[] {
  if (flow === 'client-credentials' || !context.resources) return [];
  return requested.flatMap(({ name, appId }) => {
    const api = appId === undefined ? undefined : context.resources?.byAppId(appId);
    const scopes = requestedScopes(request).filter(({ resource }) => resource && resourceName(resource) === name);
    return api && scopes.length > 0 ? [...publishedSteps(api, scopes), ...grantSteps(api, scopes, flow, context)] : [];
  });
}

function publishedSteps(api: Resource, scopes: readonly RequestedScope[]): DiagnosisStep[] {
  const single = scopes.filter(({ isDefault }) => !isDefault);
  if (single.length === 0) return [];
  const absent = single.filter(({ value }) => !idOf(api, value)).length;
  if (absent === 0) return [ok(published, `${api.displayName} publishes every requested scope.`)];
  const detail = `${api.displayName} does not publish ${absent} of ${single.length} requested scopes.`;
  const fix = `Correct the scope, or ask the owner of ${api.displayName} to publish it.`;
  return [
    fails(published, detail, fix, { code: 'AADSTS650053', codes: ['AADSTS65001', 'AADSTS65005', 'AADSTS70011'] }),
  ];
}

function grantSteps(
  api: Resource,
  scopes: readonly RequestedScope[],
  flow: Flow | undefined,
  { appId, clientId, grants, resources, hasUser }: GrantedContext,
): DiagnosisStep[] {
  if (!silentFlows.includes(flow) || api.delegatedPermissions.size === 0) return [];
  if (!grants) return [unknown(granted, 'Consentinel could not read the grants of the client.')];
  const held: DelegatedGrant | undefined = clientId === undefined ? undefined : grants.of(clientId, api.id);
  const preAuthorized = resources?.preAuthorizationsOf(api.appId)?.get(appId.toLowerCase()) ?? new Set<string>();
  const missing = scopes.flatMap(({ value, isDefault }) => {
    if (isDefault) return held?.tenantWide.size || preAuthorized.size > 0 ? [] : ['.default'];
    const id = idOf(api, value);
    return id === undefined || held?.tenantWide.has(value) || preAuthorized.has(id) ? [] : [shownName(api, value)];
  });
  if (missing.length === 0) return [ok(granted, `${api.displayName}: every requested scope is granted.`)];
  const names = missing.join(', ');
  const someUsers = held?.someUsers && !hasUser;
  if (someUsers) {
    const detail = `${api.displayName}: ${names} is granted for some users only.`;
    return [unknown(granted, detail, 'Give --user to check the grants of the user.')];
  }
  const detail = `${api.displayName}: ${names} is not granted${hasUser ? ' for this user' : ''}. This flow cannot ask for consent.`;
  const fix =
    'Grant admin consent to the app. Or use .default and knownClientApplications, so that users consent to both apps at once.';
  return [fails(granted, detail, fix, { code: 'AADSTS65001' })];
}

function idOf({ delegatedPermissions }: Resource, value: string): string | undefined {
  return [...delegatedPermissions].find(([, scope]) => scope.value?.toLowerCase() === value)?.[0];
}

/** The name as the API publishes it. */
function shownName({ delegatedPermissions }: Resource, value: string): string {
  return [...delegatedPermissions.values()].find((scope) => scope.value?.toLowerCase() === value)?.value ?? 'A scope';
}
