import { isGuid } from '../entra/guid.js';
import { microsoftGraphAppId } from '../tenant/resources.js';
import { isPlaceholder } from './form-pairs.js';
import type { TokenRequest } from './token-request.js';

/** One entry of `scope`. */
export interface RequestedScope {
  /** Its resource as the request names it; undefined for the scopes of OpenID Connect. */
  readonly resource: string | undefined;
  /** The value of the permission, in lower case. It can be anything: show it only if the directory has it too. */
  readonly value: string;
  /** It requests all permissions that have consent. */
  readonly isDefault: boolean;
}

/** Source: Microsoft identity platform, "Scopes and permissions": these scopes belong to no resource. */
const openIdScopes = new Set(['openid', 'profile', 'email', 'offline_access']);

/** The entries of `scope`. One without a slash is a permission of Microsoft Graph. */
export function requestedScopes(request: TokenRequest): RequestedScope[] {
  return (request.value('scope') ?? '')
    .split(/\s+/)
    .filter((scope) => scope !== '' && !isPlaceholder(scope))
    .map((scope) => {
      const at = scope.lastIndexOf('/');
      const value = scope.slice(at + 1).toLowerCase();
      if (openIdScopes.has(scope.toLowerCase())) return { resource: undefined, value, isDefault: false };
      const isDefault = value === '.default';
      return { resource: at < 0 ? microsoftGraphAppId : scope.slice(0, at), value, isDefault };
    });
}

/**
 * The resources of a request, as names to look up in the directory. Values that do not have the form of a resource name
 * are left out, because they can be anything.
 */
export function requestedResources(request: TokenRequest): string[] {
  const scoped = requestedScopes(request).map(({ resource }) => resource);
  const names = [...scoped, request.value('resource')].filter((name) => name !== undefined).map(resourceName);
  return [...new Set(names)].filter((name) => isGuid(name) || /^(api|https):\/\/[\w.-]+(\/[\w.-]+)*$/.test(name));
}

/** The name for comparisons: in lower case, without trailing slashes and without the prefix of an appId. */
export function resourceName(written: string): string {
  const name = written.trim().toLowerCase().replace(/\/+$/, '');
  if (/^https:\/\/graph\.microsoft\.(com|us)$/.test(name)) return microsoftGraphAppId;
  const id = name.replace(/^(api:\/\/|spn:)/, '');
  return isGuid(id) ? id : name;
}
