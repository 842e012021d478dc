import { anApp, type CaseApp } from '../../src/rules/testing/cases.js';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { guidFor } from './random.js';
import type { Ground, Specimen } from './specimen.js';

/** A delegated permission of the simulated API: users can grant `readScope`, only administrators `adminScope`. */
export const readScope = { id: guidFor('scope Ledger.Read'), value: 'Ledger.Read', type: 'User' };
export const adminScope = { id: guidFor('scope Ledger.All'), value: 'Ledger.All', type: 'Admin' };
/** A permission that no API publishes. */
export const unknownScope = { id: guidFor('scope unknown'), value: 'Ledger.Unknown', type: 'User' };

/** The appId of an API without a service principal in the tenant. */
export const absentApi = guidFor('absent API');

/** The application of that API: no plan creates the principal of an agent identity blueprint. It complies. */
export const blueprint: CaseApp = {
  ...anApp('Absent API', {
    application: { appId: absentApi, subtype: 'agentIdentityBlueprint', isDisabled: true },
    servicePrincipal: null,
  }),
  appId: absentApi,
};

/** An API of another tenant that publishes both scopes. */
export const ledger = foreignApi('Ledger', {
  oauth2PermissionScopes: [readScope, adminScope].map((scope) => ({ ...scope, isEnabled: true })),
});

/** An API of another tenant that publishes application permissions only. */
export const rolesOnlyApi = foreignApi('Batch ledger', {
  appRoles: [{ id: guidFor('role'), value: 'Ledger.Run', isEnabled: true, allowedMemberTypes: ['Application'] }],
});

/** The property of an application that requires a delegated permission of an API. */
export function requiring(resourceAppId: string, { id }: { readonly id: string }): JsonObject {
  return { requiredResourceAccess: [{ resourceAppId, resourceAccess: [{ id, type: 'Scope' }] }] };
}

/** Grants a permission of `ledger` to a specimen for the whole tenant, or removes the grant. */
export function grantTo(
  { directory }: Pick<Ground, 'directory'>,
  { servicePrincipalId: clientId }: Pick<Specimen, 'servicePrincipalId'>,
  { value }: { readonly value: string },
  granted: boolean,
): void {
  const id = guidFor(`grant ${clientId}`);
  const others = directory.grants.filter((grant) => grant.id !== id);
  directory.grants.splice(0, Number.POSITIVE_INFINITY, ...others);
  const resourceId = ledger.servicePrincipal?.id ?? '';
  if (granted)
    directory.grants.push({
      id,
      clientId,
      resourceId,
      consentType: 'AllPrincipals',
      principalId: null,
      scope: ` ${value}`,
    });
}

function foreignApi(displayName: string, published: object): CaseApp {
  const appId = guidFor(`API ${displayName}`);
  const servicePrincipal = {
    id: guidFor(`principal ${displayName}`),
    appId,
    displayName,
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: guidFor('another tenant'),
    accountEnabled: true,
    keyCredentials: [],
    passwordCredentials: [],
    ...published,
  };
  return { appId, application: null, servicePrincipal };
}
