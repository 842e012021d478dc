import type {
  PublishedAppRole,
  PublishedScope,
  WholeApplication,
  WholeServicePrincipal,
} from '../../model/entra/app.js';
import type { PermissionGrant } from '../../model/tenant/grants.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import { anApp, type CaseApp, type CaseAssignment, guidOf } from './cases.js';

/** A delegated permission; by default users can consent to it. */
export function aScope(value: string, members: Partial<PublishedScope> = {}): PublishedScope {
  return { id: guidOf(`scope ${value}`), value, type: 'User', isEnabled: true, ...members };
}

/** An application permission. */
export function anAppRole(value: string, members: Partial<PublishedAppRole> = {}): PublishedAppRole {
  return { id: guidOf(`appRole ${value}`), value, isEnabled: true, allowedMemberTypes: ['Application'], ...members };
}

export const userRead = aScope('User.Read', { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d' });
export const mailRead = aScope('Mail.Read', { id: '570282fd-fa5c-430d-a7fd-fc8dc98a9dca' });
/** Only administrators can grant it. */
export const userReadAll = aScope('User.Read.All', { id: 'a154be20-db9c-4678-8ab7-66f6cc099a59', type: 'Admin' });
export const mailSend = anAppRole('Mail.Send', { id: 'b633e1c5-b582-4048-a93e-9f11b44c7e96' });

/** Microsoft Graph with a few permissions. Its ids are the real ones, except the object id. */
export const microsoftGraph: CaseApp = foreignApi('Microsoft Graph', {
  id: guidOf('servicePrincipal Microsoft Graph'),
  appId: microsoftGraphAppId,
  appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  oauth2PermissionScopes: [userRead, mailRead, userReadAll],
  appRoles: [mailSend],
});

/** The sign-in permission of Azure Active Directory Graph. Source: Microsoft Learn, Azure AD Graph permission scopes. */
export const azureAdUserRead = aScope('User.Read', { id: '311a71cc-e848-46a1-bdf8-97ff7156d8e6' });

/** Azure Active Directory Graph, which older registrations require. Its appId is the real one. */
export const azureAdGraph: CaseApp = foreignApi('Windows Azure Active Directory', {
  id: guidOf('servicePrincipal Windows Azure Active Directory'),
  appId: '00000002-0000-0000-c000-000000000000',
  appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  oauth2PermissionScopes: [azureAdUserRead],
});

/** An API of another tenant: this tenant has only its service principal. */
export function foreignApi(displayName: string, servicePrincipal: Partial<WholeServicePrincipal>): CaseApp {
  const api = anApp(displayName, {
    application: null,
    servicePrincipal: { appOwnerOrganizationId: '99999999-7e57-4e57-8e57-0c0ffee00003', ...servicePrincipal },
  });
  return { ...api, appId: servicePrincipal.appId ?? api.appId };
}

/** The permissions that an application requires of one API. */
export interface Need {
  of: CaseApp;
  scopes?: readonly PublishedScope[];
  roles?: readonly PublishedAppRole[];
}

/** The properties of an application that requires permissions of APIs. */
export function asking(...needs: readonly Need[]): Pick<WholeApplication, 'requiredResourceAccess'> {
  return {
    requiredResourceAccess: needs.map(({ of, scopes = [], roles = [] }) => ({
      resourceAppId: of.appId,
      resourceAccess: [
        ...scopes.map(({ id }) => ({ id: id ?? '', type: 'Scope' })),
        ...roles.map(({ id }) => ({ id: id ?? '', type: 'Role' })),
      ],
    })),
  };
}

/** A grant of delegated permissions for the whole tenant, or for one user. */
export function aGrant(
  client: CaseApp,
  resource: CaseApp,
  scopes: readonly PublishedScope[],
  consentType: 'AllPrincipals' | 'Principal' = 'AllPrincipals',
): PermissionGrant {
  // In Graph, the scopes often begin with a blank.
  const scope = ` ${scopes.map(({ value }) => value).join(' ')}`;
  return { clientId: principalIdOf(client), resourceId: principalIdOf(resource), consentType, scope };
}

/** The assignment of an application permission to a client. */
export function anAppRoleAssignment(client: CaseApp, resource: CaseApp, role: PublishedAppRole): CaseAssignment {
  return { principalId: principalIdOf(client), resourceId: principalIdOf(resource), appRoleId: role.id ?? '' };
}

/** The assignment of a user to an app. Source: Graph, appRoleAssignment: the id of all zeros is default access. */
export function aUserAssignment(app: CaseApp): CaseAssignment {
  return {
    principalId: guidOf('user Adele Vance'),
    resourceId: principalIdOf(app),
    appRoleId: '00000000-0000-0000-0000-000000000000',
  };
}

function principalIdOf({ servicePrincipal }: CaseApp): string {
  return servicePrincipal?.id ?? '';
}
