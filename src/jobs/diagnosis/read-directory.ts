import { type DiagnosedApp, diagnosedSelect } from '../../model/diagnosis/diagnosed-app.js';
import type { ReadFailure, ReadResult } from '../../model/diagnosis/diagnosis.js';
import { requestedResources } from '../../model/diagnosis/requested-scopes.js';
import type { RequestedResource } from '../../model/diagnosis/resource-steps.js';
import type { TokenRequest } from '../../model/diagnosis/token-request.js';
import { isGuid } from '../../model/entra/guid.js';
import type { User } from '../../model/entra/user.js';
import { ConsentinelError } from '../../model/errors.js';
import type { WholeApp } from '../../model/finding/judge.js';
import { requirementsOf } from '../../model/reachability/client-steps.js';
import type { ReachableTenant } from '../../model/reachability/reachability.js';
import { AppRoleAssignmentIndex } from '../../model/tenant/app-role-assignments.js';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { GrantIndex } from '../../model/tenant/grants.js';
import type { Domain, HybridOrganization } from '../../model/tenant/hybrid.js';
import { ResourceIndex, resourceProperties } from '../../model/tenant/resources.js';
import type { Organization } from '../../model/tenant/tenant.js';
import { lookUpDirectly } from '../tenant/direct-lookup.js';
import type { DiagnoseContext, FailingSignIn } from './diagnose-context.js';

/** The app, the user and the tenant, as far as they could be read. */
export interface DirectoryLook {
  readonly tenant: ReadResult<Organization>;
  readonly app: ReadResult<DiagnosedApp>;
  /** Left out where no user was named. */
  readonly user: ReadResult<User | undefined> | undefined;
  readonly domains: ReadResult<readonly Domain[]>;
  readonly organization: ReadResult<HybridOrganization>;
}

const unasked: ReadFailure = { reason: 'It was not asked for.' };

/** The first reads, all at once: whom it is about. */
export async function lookAtDirectory(
  { directory, inspector }: DiagnoseContext,
  { appId, user, request }: FailingSignIn,
  signal?: AbortSignal,
): Promise<DirectoryLook> {
  const asked = <T>(when: unknown, read: () => Promise<T>) => (when ? look(read) : Promise.resolve(unasked));
  const [tenant, app, found, domains, organization] = await Promise.all([
    look(() => directory.organization(signal)),
    look(() => readApp(directory, appId, signal)),
    user === undefined ? undefined : look(() => inspector.user(user, signal)),
    asked(user ?? request, () => directory.tenantPart('domains', signal)),
    asked(user, () => directory.tenantPart('organization', signal)),
  ]);
  return { tenant, app, user: found, domains, organization };
}

async function readApp(
  directory: DiagnoseContext['directory'],
  appId: string,
  signal: AbortSignal | undefined,
): Promise<DiagnosedApp> {
  const [applications, principals] = await Promise.all([
    directory.applicationsByAppId([appId], diagnosedSelect.application, signal),
    directory.servicePrincipalsByAppId([appId], diagnosedSelect.servicePrincipal, signal),
  ]);
  return { appId, application: applications.get(appId), servicePrincipal: principals.get(appId) };
}

/** What consent rests on, as far as it could be read, and why the rest could not. */
export interface Surroundings {
  readonly tenant: ReachableTenant;
  readonly refusals: readonly ReadFailure[];
  readonly requested: readonly RequestedResource[];
}

/** The second reads: what the app asks for, and what it was granted. Only its own, however big the tenant is. */
export async function lookAround(
  context: DiagnoseContext,
  organization: Organization,
  app: DiagnosedApp,
  user: DirectoryLook['user'],
  request: TokenRequest | undefined,
  observedAt: string,
  signal?: AbortSignal,
): Promise<Surroundings> {
  const { directory } = context;
  const tenant = { ...organization, observedAt };
  const [authorizationPolicy, permissionGrantPolicies, grants, apis, appRoleAssignments] = await Promise.all([
    look(() => directory.tenantPart('authorizationPolicy', signal)),
    look(() => directory.tenantPart('permissionGrantPolicies', signal)),
    look(() => readGrants(context, app, user, signal)),
    look(() => readApis(context, tenant, app, request, signal)),
    look(() => readAssignments(context, app, signal)),
  ]);
  const looked = { authorizationPolicy, permissionGrantPolicies, grants, appRoleAssignments };
  const { requested = [], ...parts } = 'found' in apis ? apis.found : {};
  return {
    tenant: { ...tenant, ...parts, ...foundIn(looked) },
    refusals: distinct([...Object.values(looked), apis].flatMap((one) => ('reason' in one ? [one] : []))),
    requested,
  };
}

/** Two reads may be refused for the same reason; only Graph's request ids differ. */
function distinct(refusals: readonly ReadFailure[]): ReadFailure[] {
  return [...new Map(refusals.map((one) => [one.reason.replace(/\([^)]*request-id [^)]*\)/, ''), one])).values()];
}

function foundIn(looked: Readonly<Record<string, ReadResult<unknown>>>): Partial<ReachableTenant> {
  return Object.fromEntries(
    Object.entries(looked).flatMap(([name, one]) => ('found' in one ? [[name, one.found]] : [])),
  );
}

/** For a user, what she has granted herself counts as if it were granted to everybody. */
async function readGrants(
  { inspector }: DiagnoseContext,
  { servicePrincipal }: DiagnosedApp,
  user: DirectoryLook['user'],
  signal: AbortSignal | undefined,
): Promise<GrantIndex> {
  if (!servicePrincipal) return new GrantIndex();
  const userId = user && 'found' in user ? user.found?.id : undefined;
  const grants = await inspector.grantsOf(servicePrincipal.id, userId, signal);
  return new GrantIndex(userId ? grants.map((grant) => ({ ...grant, consentType: 'AllPrincipals' })) : grants);
}

/** The APIs that the app asks for or that the request names, with all that decides on consent to them. */
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
    const principal = found.get(appId);
    if (principal) resources.add(principal);
    else resources.addAbsent(appId);
  }
  const parts = { resources, permissionClassifications, appRoleAssignments: new AppRoleAssignmentIndex() };
  const apps = [app as unknown as WholeApp];
  for (const absence of ['preAuthorization', 'classification'] as const) {
    await lookUpDirectly[absence](directory, { ...tenant, ...parts }, apps, signal);
  }
  return { resources, permissionClassifications, requested };
}

/** What the client itself holds: an API may have many clients, of which the others are nobody's business here. */
async function readAssignments(
  { directory, inspector }: DiagnoseContext,
  app: DiagnosedApp,
  signal: AbortSignal | undefined,
): Promise<AppRoleAssignmentIndex> {
  const index = new AppRoleAssignmentIndex();
  const { servicePrincipal } = app;
  if (!servicePrincipal) return index;
  const { id, appRoleAssignmentRequired } = servicePrincipal;
  const [held, anybody] = await Promise.all([
    inspector.appRolesHeldBy(id, signal),
    appRoleAssignmentRequired ? directory.anybodyAssignedTo([id], signal) : undefined,
  ]);
  for (const resourceId of new Set(held.map((one) => one.resourceId))) {
    const assignments = held.filter((one) => one.resourceId === resourceId);
    index.addResource(resourceId, assignments);
  }
  index.addAnybody(id, anybody ? (anybody.get(id) ?? 'unknown') : true);
  return index;
}

/** A defect, an abort or an identity of another tenant is not an answer of Graph's: it ends the diagnosis. */
async function look<T>(read: () => Promise<T>): Promise<ReadResult<T>> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!(error instanceof ConsentinelError) || ['aborted', 'config-invalid'].includes(error.code)) throw error;
    return { reason: error.message, fix: error.remedy };
  }
}
