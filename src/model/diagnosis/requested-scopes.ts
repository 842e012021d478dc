import { isGuid } from '../entra/guid.js';
import { microsoftGraphAppId } from '../tenant/resources.js';
import type { TokenRequest } from './token-request.js';

/** One entry of `scope`. */
export interface RequestedScope {
  /** The resource it belongs to, as it is written; undefined for the scopes of OpenID Connect. */
  readonly resource: string | undefined;
  /** It asks for everything that was consented to beforehand. */
  readonly isDefault: boolean;
}

/** Source: Microsoft identity platform, "Scopes and permissions": they belong to no resource. */
const openIdScopes = new Set(['openid', 'profile', 'email', 'offline_access']);

/** The entries of `scope`. One without a slash is a permission of Microsoft Graph. */
export function requestedScopes(request: TokenRequest): RequestedScope[] {
  return (request.value('scope') ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((scope) => {
      if (openIdScopes.has(scope.toLowerCase())) return { resource: undefined, isDefault: false };
      const at = scope.lastIndexOf('/');
      const isDefault = scope.slice(at + 1).toLowerCase() === '.default';
      return { resource: at < 0 ? microsoftGraphAppId : scope.slice(0, at), isDefault };
    });
}

/**
 * The resources that a request asks a token for, as names that the directory can be asked about. What does not look like
 * the name of a resource is left out: it may be anything.
 */
export function requestedResources(request: TokenRequest): string[] {
  const scoped = requestedScopes(request).map(({ resource }) => resource);
  const names = [...scoped, request.value('resource')].filter((name) => name !== undefined).map(resourceName);
  return [...new Set(names)].filter((name) => isGuid(name) || /^(api|https):\/\/[\w.-]+(\/[\w.-]+)*$/.test(name));
}

/** The name as it is compared: without case, trailing slashes, and the prefix of an appId. */
export function resourceName(written: string): string {
  const name = written.trim().toLowerCase().replace(/\/+$/, '');
  if (/^https:\/\/graph\.microsoft\.(com|us)$/.test(name)) return microsoftGraphAppId;
  const id = name.replace(/^(api:\/\/|spn:)/, '');
  return isGuid(id) ? id : name;
}
