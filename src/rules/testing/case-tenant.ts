import { AppRoleAssignmentIndex } from '../../model/tenant/app-role-assignments.js';
import { ClaimsMappingIndex } from '../../model/tenant/claims-mapping.js';
import { GrantIndex, type PermissionGrant } from '../../model/tenant/grants.js';
import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { preAuthorizationsIn, ResourceIndex } from '../../model/tenant/resources.js';
import { SignInFailureIndex } from '../../model/tenant/sign-in-failures.js';
import type { Tenant, TenantPart } from '../../model/tenant/tenant.js';
import { microsoftGraph } from './case-apis.js';
import { type AppCase, type CaseApp, type CaseAssignment, caseTenant, cleanTenantParts } from './cases.js';

/** Every app of a case, and Microsoft Graph, which is in every tenant. */
export function appsOfCase({ app, others = [] }: Pick<AppCase, 'app' | 'others'>): CaseApp[] {
  return [app, ...others, microsoftGraph];
}

/** The tenant of a case as rules see it after all direct lookups. */
export function tenantOfCase(example: AppCase): Tenant<TenantPart> {
  const apps = appsOfCase(example);
  return {
    ...caseTenant,
    ...cleanTenantParts,
    claimsMappingPolicies: claimsMappingsOf(apps),
    extensionProperties: listsOf(apps, 'extensionProperties'),
    federatedCredentials: listsOf(apps, 'federatedIdentityCredentials'),
    resources: resourcesOf(apps),
    grants: grantsOf(apps, example.grants ?? []),
    appRoleAssignments: assignmentsOf(apps, example.assignments ?? []),
    signInFailures: new SignInFailureIndex(example.signIns),
    ...example.tenant,
  };
}

/** The service principals of which a case lists claims-mapping policies. */
function claimsMappingsOf(apps: readonly CaseApp[]): ClaimsMappingIndex {
  return new ClaimsMappingIndex(
    apps.flatMap(({ servicePrincipal }) =>
      servicePrincipal?.claimsMappingPolicies?.length ? [servicePrincipal.id] : [],
    ),
  );
}

function listsOf(
  apps: readonly CaseApp[],
  list: 'extensionProperties' | 'federatedIdentityCredentials',
): ListPresenceIndex {
  return new ListPresenceIndex(
    apps.flatMap(({ application }) =>
      application ? [[application.id, Boolean(application[list]?.length)] as const] : [],
    ),
  );
}

function resourcesOf(apps: readonly CaseApp[]): ResourceIndex {
  const index = new ResourceIndex();
  for (const { appId, application, servicePrincipal } of apps) {
    if (servicePrincipal) index.add(servicePrincipal);
    else index.addAbsent(appId);
    index.addPreAuthorizations(appId, preAuthorizationsIn(application?.api));
    index.seeClientsOf(application?.api);
  }
  for (const { application } of apps) {
    for (const { resourceAppId } of application?.requiredResourceAccess ?? []) {
      if (resourceAppId && !index.byAppId(resourceAppId)) index.addAbsent(resourceAppId);
    }
  }
  index.markClientsKnown();
  return index;
}

function grantsOf(apps: readonly CaseApp[], grants: readonly PermissionGrant[]): GrantIndex {
  const index = new GrantIndex(grants);
  for (const { servicePrincipal } of apps) {
    if (!servicePrincipal) continue;
    index.addClient(servicePrincipal.id, []);
    index.addResource(servicePrincipal.id, []);
  }
  return index;
}

function assignmentsOf(apps: readonly CaseApp[], assignments: readonly CaseAssignment[]): AppRoleAssignmentIndex {
  const index = new AppRoleAssignmentIndex();
  for (const { servicePrincipal } of apps) {
    const id = servicePrincipal?.id;
    if (!id) continue;
    const assigned = assignments.filter(({ resourceId }) => resourceId === id);
    const held = assignments.filter(({ principalId }) => principalId === id);
    index.addResource(id, assigned);
    index.addClient(id, held);
    index.addHasAssignment(id, assigned.length > 0);
  }
  return index;
}
