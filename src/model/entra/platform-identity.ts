import type { App } from './app.js';
import { type FirstPartySettings, isFirstParty } from './first-party.js';

type Owned = App<never, 'appOwnerOrganizationId' | 'servicePrincipalType'>;

/**
 * Whether the tenant cannot change an app: Microsoft owns it, or Azure manages the identity. Rules have no finding on it.
 * Source: Graph, servicePrincipal: `servicePrincipalType` (managed identities cannot be updated directly).
 */
export function isPlatformIdentity(
  { appId, application, servicePrincipal: principal }: Owned,
  tenant: { readonly id: string; readonly firstParty?: FirstPartySettings },
): boolean {
  const appOwnerOrganizationId = principal?.appOwnerOrganizationId ?? null;
  // An app whose owner is unknown belongs to this tenant if its application is here.
  if (application && !appOwnerOrganizationId) return false;
  if (principal?.servicePrincipalType?.toLowerCase() === 'managedidentity') return true;
  return isFirstParty({ appId, appOwnerOrganizationId }, tenant.id, tenant.firstParty);
}
