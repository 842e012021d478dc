import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import type { WholeApp } from '../../model/finding/judge.js';
import { requirementsOf } from '../../model/reachability/client-steps.js';
import type { ReachableApp, ReachableTenant } from '../../model/reachability/reachability.js';
import type { Absence } from '../../model/rule/violation.js';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { GrantIndex } from '../../model/tenant/grants.js';
import type { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { preAuthorizationsIn, type Resource, resourceProperties } from '../../model/tenant/resources.js';
import type { ApplicationList, Directory } from '../ports/index.js';
import type { WalkedTenant } from './load-tenant.js';

/** @param knownEmpty the ids of the objects whose list an earlier scan found empty: an empty list of these is read once */
type DirectLookup = (
  directory: Directory,
  tenant: WalkedTenant,
  apps: readonly WholeApp[],
  signal: AbortSignal | undefined,
  knownEmpty?: ReadonlySet<string>,
) => Promise<void>;

/**
 * Adds to the tenant what no listing shows. Each object is read once: many apps request the same few APIs. An unreadable
 * object adds nothing: what depends on it stays unknown.
 */
export const lookUpDirectly: Readonly<Record<Exclude<Absence, 'servicePrincipal'>, DirectLookup>> = {
  async resource(directory, { resources }, apps, signal) {
    const appIds = unique(requirementsIn(apps).map(({ resourceAppId }) => resourceAppId)).filter(
      (appId) => !resources.byAppId(appId) && !resources.isAbsent(appId),
    );
    const found = await directory.servicePrincipalsByAppId(appIds, resourceProperties, signal);
    for (const appId of appIds) {
      const principal = found.get(appId);
      if (principal instanceof UnreadableObject) continue;
      if (principal) resources.add(principal);
      else resources.addAbsent(appId);
    }
  },

  async preAuthorization(directory, tenant, apps, signal) {
    const own = resourcesOf(apps, tenant).filter(
      ({ appId, appOwnerOrganizationId: owner }) =>
        owner?.toLowerCase() === tenant.id.toLowerCase() && !tenant.resources.preAuthorizationsOf(appId),
    );
    const appIds = own.map(({ appId }) => appId);
    const found = await directory.applicationsByAppId(appIds, ['api'], signal);
    for (const appId of appIds) {
      const application = found.get(appId);
      if (!(application instanceof UnreadableObject))
        tenant.resources.addPreAuthorizations(appId, preAuthorizationsIn(application?.api));
    }
  },

  async classification(directory, tenant, apps, signal) {
    const { permissionClassifications: index }: ReachableTenant = tenant;
    if (!(index instanceof ClassificationIndex)) return;
    const missing = resourcesOf(apps, tenant).filter(({ appId }) => !index.of(appId) && !index.isUnknown(appId));
    const found = await directory.permissionClassifications(idsOf(missing), signal);
    for (const { id, appId } of missing) {
      const classified = found.get(id);
      if (classified) index.add(appId, classified);
      else index.addUnknown(appId);
    }
  },

  async appRoleAssignment(directory, tenant, apps, signal) {
    const { appRoleAssignments, resources } = tenant;
    const needed = new Set(
      requirementsIn(apps).flatMap(({ resourceAppId, roles }) =>
        roles.length || resources.byAppId(resourceAppId)?.appRoleAssignmentRequired ? [resourceAppId] : [],
      ),
    );
    const ids = idsOf([...needed].flatMap((appId) => resources.byAppId(appId) ?? [])).filter(
      (id) => !appRoleAssignments.isResourceRead(id),
    );
    const found = await directory.appRoleAssignedTo(ids, signal);
    for (const id of ids) {
      const assignments = found.get(id);
      if (assignments) appRoleAssignments.addResource(id, assignments);
      else appRoleAssignments.addUnknownResource(id);
    }
    // The list of an API serves many apps. What it does not show is read from the list of the app.
    const clients = principalIdsOf(apps.filter((app) => lacksAppRole(app, tenant)));
    const held = await directory.appRolesHeldBy(clients, signal);
    for (const id of clients) appRoleAssignments.addClient(id, held.get(id));
  },

  async assignment(directory, { appRoleAssignments }, apps, signal, knownEmpty) {
    const missing = principalIdsOf(apps).filter((id) => appRoleAssignments.hasAssignment(id) === undefined);
    const found = await directory.anybodyAssignedTo(missing, signal, knownEmpty);
    for (const id of missing) appRoleAssignments.addHasAssignment(id, found.get(id) ?? 'unknown');
  },

  extensionProperty: (directory, { extensionProperties }, apps, signal, knownEmpty) =>
    lookUpLists(directory, ['extensionProperties', extensionProperties], apps, signal, knownEmpty),

  federatedCredential: (directory, { federatedCredentials }, apps, signal, knownEmpty) =>
    lookUpLists(directory, ['federatedIdentityCredentials', federatedCredentials], apps, signal, knownEmpty),

  // The applications of the tenant's APIs name their clients: only the listing of applications shows them all.
  preAuthorizedClient: async () => {},

  async grant(directory, { grants }: ReachableTenant, apps, signal) {
    if (!(grants instanceof GrantIndex)) return;
    const clients = principalIdsOf(apps).filter((id) => !grants.isConfirmed(id));
    const found = await directory.grantsTo(clients, signal);
    for (const id of clients) grants.addClient(id, found.get(id) ?? []);
  },

  async clientGrant(directory, { grants }: ReachableTenant, apps, signal) {
    if (!(grants instanceof GrantIndex)) return;
    const apis = principalIdsOf(apps).filter((id) => !grants.isConfirmedOn(id));
    const found = await directory.anyGrantOn(apis, signal);
    for (const id of apis) grants.addResource(id, found.get(id) ?? []);
  },
};

async function lookUpLists(
  directory: Directory,
  [list, index]: readonly [ApplicationList, ListPresenceIndex],
  apps: readonly WholeApp[],
  signal: AbortSignal | undefined,
  knownEmpty?: ReadonlySet<string>,
): Promise<void> {
  const ids = apps.flatMap(({ application }) => (application ? [application.id] : []));
  const missing = ids.filter((id) => index.has(id) === undefined);
  const found = await directory.haveEntries(list, missing, signal, knownEmpty);
  for (const id of missing) index.add(id, found.get(id) ?? 'unknown');
}

function principalIdsOf(apps: readonly WholeApp[]): string[] {
  return unique(apps.flatMap(({ servicePrincipal }) => (servicePrincipal ? [servicePrincipal.id] : [])));
}

/** Whether the lists of the APIs leave open if the app has an application permission, or an assignment, that it needs. */
function lacksAppRole(app: WholeApp, { appRoleAssignments, resources }: WalkedTenant): boolean {
  const { servicePrincipal } = app;
  if (!servicePrincipal) return false;
  return requirementsIn([app]).some(({ resourceAppId, roles }) => {
    const api = resources.byAppId(resourceAppId);
    if (!api) return false;
    if (roles.length === 0)
      return api.appRoleAssignmentRequired && appRoleAssignments.holdsAny(servicePrincipal.id, api.id) === undefined;
    return roles.some((role) => appRoleAssignments.holds(servicePrincipal.id, api.id, role) === undefined);
  });
}

/** The permissions that applications request: rules that rest on such an absence select them. */
function requirementsIn(apps: readonly WholeApp[]) {
  return apps.flatMap((app) => requirementsOf(app as ReachableApp));
}

function resourcesOf(apps: readonly WholeApp[], { resources }: WalkedTenant): Resource[] {
  const appIds = requirementsIn(apps).map(({ resourceAppId }) => resourceAppId.toLowerCase());
  return unique(appIds).flatMap((appId) => resources.byAppId(appId) ?? []);
}

function idsOf(resources: readonly Resource[]): string[] {
  return unique(resources.map(({ id }) => id));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
