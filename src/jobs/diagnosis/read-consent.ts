import type { UserAssignment } from '../../model/diagnosis/assignment-steps.js';
import type { DiagnosedApp } from '../../model/diagnosis/diagnosed-app.js';
import type { ReadFailure, ReadResult } from '../../model/diagnosis/diagnosis.js';
import { requestedResources } from '../../model/diagnosis/requested-scopes.js';
import type { RequestedResource } from '../../model/diagnosis/resource-steps.js';
import type { TokenRequest } from '../../model/diagnosis/token-request.js';
import { isGuid } from '../../model/entra/guid.js';
import type { WholeApp } from '../../model/finding/judge.js';
import { requirementsOf } from '../../model/reachability/client-steps.js';
import type { ReachableTenant } from '../../model/reachability/reachability.js';
import { AppRoleAssignmentIndex } from '../../model/tenant/app-role-assignments.js';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { GrantIndex } from '../../model/tenant/grants.js';
import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { preAuthorizationsIn, ResourceIndex, resourceProperties } from '../../model/tenant/resources.js';
import type { Organization } from '../../model/tenant/tenant.js';
import { lookUpDirectly } from '../tenant/direct-lookup.js';
import { readable } from '../tenant/readable.js';
import type { DiagnoseContext } from './diagnose-context.js';
import { read } from './read.js';
import type { DirectoryReads } from './read-directory.js';

/** How the given user is assigned to an app that requires assignment; undefined where that is not needed. */
export async function readAssignmentOfUser(
  { inspector }: DiagnoseContext,
  { servicePrincipal }: DiagnosedApp,
  user: DirectoryReads['user'],
  signal?: AbortSignal,
): Promise<ReadResult<UserAssignment> | undefined> {
  if (servicePrincipal?.appRoleAssignmentRequired !== true || !user) return undefined;
  if ('reason' in user) return user;
  const id = user.found?.id;
  return id === undefined ? undefined : read(() => inspector.assignmentOf(id, servicePrincipal.id, signal));
}

/** What consent depends on, as far as it could be read, and why the rest could not be read. */
export interface ConsentData {
  readonly tenant: ReachableTenant;
  readonly refusals: readonly ReadFailure[];
  readonly requested: readonly RequestedResource[];
}

/**
 * The second reads: what the app requests, and what it was granted. The number of reads does not grow with the tenant.
 */
export async function readConsentData(
  context: DiagnoseContext,
  organization: Organization,
  app: DiagnosedApp,
  user: DirectoryReads['user'],
  request: TokenRequest | undefined,
  observedAt: string,
  signal?: AbortSignal,
): Promise<ConsentData> {
  const { directory } = context;
  const tenant = { ...organization, observedAt };
  const [authorizationPolicy, permissionGrantPolicies, grants, apis, appRoleAssignments] = await Promise.all([
    read(() => directory.tenantPart('authorizationPolicy', signal)),
    read(() => directory.tenantPart('permissionGrantPolicies', signal)),
    read(() => readGrants(context, app, user, signal)),
    read(() => readApis(context, tenant, app, request, signal)),
    read(() => readAssignments(context, app, signal)),
  ]);
  const reads = { authorizationPolicy, permissionGrantPolicies, grants, appRoleAssignments };
  const { requested = [], ...parts } = 'found' in apis ? apis.found : {};
  return {
    tenant: { ...tenant, ...parts, ...foundIn(reads) },
    refusals: distinct([...Object.values(reads), apis].flatMap((one) => ('reason' in one ? [one] : []))),
    requested,
  };
}

/** Removes refusals with the same reason: they differ in Graph's request ids only. */
function distinct(refusals: readonly ReadFailure[]): ReadFailure[] {
  return [...new Map(refusals.map((one) => [one.reason.replace(/\([^)]*request-id [^)]*\)/, ''), one])).values()];
}

function foundIn(reads: Readonly<Record<string, ReadResult<unknown>>>): Partial<ReachableTenant> {
  return Object.fromEntries(
    Object.entries(reads).flatMap(([name, one]) => ('found' in one ? [[name, one.found]] : [])),
  );
}

/** The grants to the app. For a given user, the user's own grants count as grants for all users. */
async function readGrants(
  { inspector }: DiagnoseContext,
  { servicePrincipal }: DiagnosedApp,
  user: DirectoryReads['user'],
  signal: AbortSignal | undefined,
): Promise<GrantIndex> {
  if (!servicePrincipal) return new GrantIndex();
  const userId = user && 'found' in user ? user.found?.id : undefined;
  const grants = await inspector.grantsOf(servicePrincipal.id, userId, signal);
  return new GrantIndex(userId ? grants.map((grant) => ({ ...grant, consentType: 'AllPrincipals' })) : grants);
}

/** The APIs that the app or the request names, with everything that consent to them depends on. */
async function readApis(
  { directory, inspector }: DiagnoseContext,
  tenant: Organization & { observedAt: string },
  app: DiagnosedApp,
  request: TokenRequest | undefined,
  signal: AbortSignal | undefined,
) {
  const resources = new ResourceIndex();
  const permissionClassifications = new ClassificationIndex();
  const requested: RequestedResource[] = await Promise.all(
    (request ? requestedResources(request) : []).map(async (name) => ({
      name,
      appId: isGuid(name) ? name : await inspector.appIdNamed(name, signal),
    })),
  );
  const named = requested.flatMap(({ appId }) => appId ?? []);
  const appIds = [
    ...new Set([...requirementsOf(app).map(({ resourceAppId }) => resourceAppId.toLowerCase()), ...named]),
  ];
  const found = await directory.servicePrincipalsByAppId(appIds, resourceProperties, signal);
  for (const appId of appIds) {
    const principal = readable(found.get(appId));
    if (principal) resources.add(principal);
    else resources.addAbsent(appId);
  }
  const parts = {
    resources,
    permissionClassifications,
    appRoleAssignments: new AppRoleAssignmentIndex(),
    extensionProperties: new ListPresenceIndex(),
    federatedCredentials: new ListPresenceIndex(),
  };
  const apps = [app as unknown as WholeApp];
  for (const absence of ['preAuthorization', 'classification'] as const) {
    await lookUpDirectly[absence](directory, { ...tenant, ...parts }, apps, signal);
  }
  await addPreAuthorizations(directory, resources, named, tenant.id, signal);
  return { resources, permissionClassifications, requested };
}

/** The pre-authorizations of the tenant's own APIs that the request names and the app does not declare. */
async function addPreAuthorizations(
  directory: DiagnoseContext['directory'],
  resources: ResourceIndex,
  appIds: readonly string[],
  tenantId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing = appIds.filter((appId) => {
    const owner = resources.byAppId(appId)?.appOwnerOrganizationId?.toLowerCase();
    return owner === tenantId.toLowerCase() && !resources.preAuthorizationsOf(appId);
  });
  if (missing.length === 0) return;
  for (const [appId, application] of await directory.applicationsByAppId(missing, ['api'], signal)) {
    resources.addPreAuthorizations(appId, preAuthorizationsIn(readable(application)?.api));
  }
}

/** The assignments of the client only: an API may have many other clients. */
async function readAssignments(
  { directory, inspector }: DiagnoseContext,
  app: DiagnosedApp,
  signal: AbortSignal | undefined,
): Promise<AppRoleAssignmentIndex> {
  const index = new AppRoleAssignmentIndex();
  const { servicePrincipal } = app;
  if (!servicePrincipal) return index;
  const { id, appRoleAssignmentRequired } = servicePrincipal;
  const [held, assigned] = await Promise.all([
    inspector.appRolesHeldBy(id, signal),
    appRoleAssignmentRequired ? directory.anybodyAssignedTo([id], signal) : undefined,
  ]);
  index.addClient(id, held);
  index.addHasAssignment(id, assigned ? (assigned.get(id) ?? 'unknown') : true);
  return index;
}
