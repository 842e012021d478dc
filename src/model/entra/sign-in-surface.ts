import type { Application } from './app.js';

/** The properties of an application that show whether anything can use it. */
export const surfaceProperties = [
  'api',
  'appRoles',
  'isFallbackPublicClient',
  'keyCredentials',
  'passwordCredentials',
  'publicClient',
  'requiredResourceAccess',
  'spa',
  'web',
] as const;

type Surfaced = Application<(typeof surfaceProperties)[number]>;

/** Whether an application has a redirect URI. */
export function hasRedirectUri({ publicClient, spa, web }: Application<'publicClient' | 'spa' | 'web'>): boolean {
  return [web, spa, publicClient].some((client) => (client?.redirectUris?.length ?? 0) > 0);
}

/**
 * Whether anything can use an application: a redirect URI or the device-code flow, a credential, a permission that it
 * publishes, or a permission that it requires.
 * Source: Graph, application resource type.
 */
export function hasSignInSurface(application: Surfaced): boolean {
  const { api, appRoles, isFallbackPublicClient, keyCredentials, passwordCredentials } = application;
  return (
    isFallbackPublicClient === true ||
    hasRedirectUri(application) ||
    [keyCredentials, passwordCredentials, appRoles, api?.oauth2PermissionScopes].some((list) => list?.length) ||
    (application.requiredResourceAccess ?? []).some(({ resourceAccess }) => resourceAccess?.length)
  );
}
