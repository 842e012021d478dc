import { isDocumented } from './enum-value.js';

/** Source: Graph, servicePrincipal: `preferredSingleSignOnMode`; null where none was chosen. */
const modes = ['notsupported', 'oidc', 'password', 'saml'];

/** Whether the single sign-on mode is one of the documented modes, or none. */
export function isKnownSignOnMode(mode: string | null | undefined): boolean {
  return !mode || isDocumented(mode, modes);
}

/** Whether users sign in with SAML. */
export function isSamlMode(mode: string | null | undefined): boolean {
  return mode?.toLowerCase() === 'saml';
}
