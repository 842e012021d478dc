import type { App } from '../entra/app.js';
import { isSymmetricSigningKey } from '../entra/credential.js';
import { isKnownSignOnMode, isSamlMode } from '../entra/sign-on-mode.js';
import type { Tenant } from './tenant.js';

type ClaimsApp = App<'api' | 'keyCredentials', 'keyCredentials' | 'preferredSingleSignOnMode'>;

/**
 * Whether Entra issues tokens for an app only if it has a valid signing key (else error 50146): a claims-mapping policy
 * applies to it, and its application does not accept mapped claims. Not for these: SAML tokens have their certificate in
 * any case, an app of another tenant has its settings there, and a symmetric key is another problem.
 * Source: Microsoft Learn, "Customize claims", security considerations (`acceptMappedClaims` or a custom signing key).
 * @returns null where Graph does not return the policies, or returns a sign-on mode that is not documented
 */
export function needsSigningKey(
  { application, servicePrincipal }: ClaimsApp,
  { claimsMappingPolicies }: Tenant<'claimsMappingPolicies'>,
): boolean | null {
  if (!application || !servicePrincipal || application.api?.acceptMappedClaims === true) return false;
  const { id, keyCredentials, preferredSingleSignOnMode: mode } = servicePrincipal;
  if (isSamlMode(mode) || keyCredentials.some(isSymmetricSigningKey)) return false;
  if (application.keyCredentials.some(isSymmetricSigningKey)) return false;
  if (claimsMappingPolicies === null) return null;
  if (!claimsMappingPolicies.appliesTo(id) && !claimsMappingPolicies.appliesTo(application.id)) return false;
  return isKnownSignOnMode(mode) || null;
}
