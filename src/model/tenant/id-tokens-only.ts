import type { Application } from '../entra/app.js';
import { isSignInPermission } from './middle-tier.js';

/**
 * Whether an application asks for id_tokens of the authorization endpoint, and requires permissions of a sign-in only. Then
 * it needs no credential.
 * Sources: Graph, implicitGrantSettings; Microsoft identity platform, "ID tokens".
 */
export function usesIdTokensOnly({
  requiredResourceAccess,
  web,
}: Application<'requiredResourceAccess' | 'web'>): boolean {
  const { enableAccessTokenIssuance, enableIdTokenIssuance } = web?.implicitGrantSettings ?? {};
  const required = (requiredResourceAccess ?? []).flatMap(({ resourceAppId, resourceAccess }) =>
    (resourceAccess ?? []).map(
      ({ id, type }) => type?.toLowerCase() === 'scope' && isSignInPermission(resourceAppId, id),
    ),
  );
  return enableIdTokenIssuance === true && enableAccessTokenIssuance !== true && !required.includes(false);
}
