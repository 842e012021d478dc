import type { Application } from '../entra/app.js';
import { isDocumented } from '../entra/enum-value.js';
import { microsoftGraphAppId } from './resources.js';

/**
 * The permissions of a sign-in, by API: openid, profile, email, offline_access and User.Read of Microsoft Graph, and
 * User.Read of Azure Active Directory Graph. The portal added User.Read of one of the two to every new registration, so
 * none of them indicates calls on behalf of users.
 * Source: Microsoft Graph permissions reference, ids of delegated permissions; Azure AD Graph, "User.Read".
 */
const signInPermissions: Readonly<Record<string, ReadonlySet<string>>> = {
  [microsoftGraphAppId]: new Set([
    '37f7f235-527c-4136-accd-4a02d197296e',
    '14dad69e-099b-42c9-810b-d002981feec1',
    '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0',
    '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
    'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
  ]),
  '00000002-0000-0000-c000-000000000000': new Set(['311a71cc-e848-46a1-bdf8-97ff7156d8e6']),
};

/**
 * Whether a delegated permission serves a sign-in only.
 * @param resourceAppId the appId of the API
 * @param id of the permission
 */
export function isSignInPermission(resourceAppId: string | null | undefined, id: string | null | undefined): boolean {
  return signInPermissions[resourceAppId?.toLowerCase() ?? '']?.has(id?.toLowerCase() ?? '') === true;
}

/** The properties of an application that indicate a middle-tier API. */
export type MiddleTier = Application<'api' | 'requiredResourceAccess'>;

/**
 * Whether an application is an API that acts on behalf of users: it exposes delegated permissions, and it requires
 * delegated permissions of another API for more than a sign-in. The directory has no explicit mark, so this is an estimate.
 * Source: Microsoft identity platform, "On-Behalf-Of flow" (the middle-tier application).
 */
export function isMiddleTier(application: MiddleTier): boolean {
  return exposesScopes(application) && downstreamScopes(application).length > 0;
}

/**
 * Whether an application is a middle-tier API only if a permission of an undocumented type is a delegated permission.
 * Source: Graph, resourceAccess: `type` is `Scope` or `Role`.
 */
export function isUnclearMiddleTier(application: MiddleTier): boolean {
  if (!exposesScopes(application) || isMiddleTier(application)) return false;
  return (application.requiredResourceAccess ?? []).some(({ resourceAccess }) =>
    (resourceAccess ?? []).some(({ type }) => !isDocumented(type, permissionKinds)),
  );
}

/** Source: Graph, resourceAccess: `type`; in lower case. */
export const permissionKinds = ['scope', 'role'];

/** Whether an application exposes delegated permissions that are enabled. */
export function exposesScopes({ api }: Application<'api'>): boolean {
  return (api?.oauth2PermissionScopes ?? []).some(({ isEnabled }) => isEnabled === true);
}

/** The ids of the delegated permissions that an application requires of other APIs for more than a sign-in. */
export function downstreamScopes({ appId, requiredResourceAccess }: Application<'requiredResourceAccess'>): string[] {
  return (requiredResourceAccess ?? [])
    .filter(({ resourceAppId }) => resourceAppId?.toLowerCase() !== appId.toLowerCase())
    .flatMap(({ resourceAppId, resourceAccess }) =>
      (resourceAccess ?? [])
        .filter(({ type }) => type?.toLowerCase() === 'scope')
        .filter(({ id }) => !isSignInPermission(resourceAppId, id))
        .map(({ id }) => id?.toLowerCase() ?? ''),
    );
}
