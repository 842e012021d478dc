import { hasKnownAudience, isForPersonalAccountsOnly } from '../entra/sign-in-audience.js';
import { exposesScopes } from '../tenant/middle-tier.js';
import {
  isUnclearResource,
  publishesApplicationPermissionsOnly,
  type Resource,
  type Resources,
} from '../tenant/resources.js';
import { type Requirement, requirementsOf, unknownAudience } from './client-steps.js';
import {
  failsOr,
  ok,
  type ReachabilityFailure,
  type ReachabilityStep,
  type ReachabilityStepName,
  type ReachableApp,
  type ReachableTenant,
  unknown,
} from './reachability-step.js';

type Application = NonNullable<ReachableApp['application']>;

/**
 * An API that an application requires must have an enabled service principal in the tenant.
 * Source: Microsoft Learn, Microsoft Entra authentication error codes 650052, 500011, 500014.
 */
export function resourceStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  const detail = 'Every requested API has an enabled service principal in this tenant.';
  return judgeRequirements('resource', detail, app, tenant, unusableResource);
}

function unusableResource(
  { resourceAppId }: Requirement,
  application: Application,
  resources: Resources,
): ReachabilityFailure | undefined {
  const found = resources.byAppId(resourceAppId);
  if (found?.accountEnabled) return undefined;
  return found ? disabledResource(application, found) : missingResource(application, resourceAppId, resources);
}

function missingResource(application: Application, resourceAppId: string, resources: Resources): ReachabilityFailure {
  return {
    ...subjectOf(application, resourceAppId),
    code: 'AADSTS650052',
    message: `${application.displayName} requests the API ${resourceAppId}, which has no service principal in this tenant.`,
    fix: `Create the service principal with POST /servicePrincipals and appId ${resourceAppId} (some APIs need a license), or remove the API from the application.`,
    evidence: { resourceAppId },
    ...(!resources.isAbsent(resourceAppId) && { restsOnAbsenceOf: 'resource' as const }),
  };
}

function disabledResource(application: Application, { appId, displayName }: Resource): ReachabilityFailure {
  return {
    ...subjectOf(application, appId),
    code: 'AADSTS500014',
    message: `${application.displayName} requests ${displayName}, whose service principal is disabled.`,
    fix: `Enable the service principal of ${displayName}, or remove the API from the application.`,
    evidence: { resourceAppId: appId, resource: displayName, accountEnabled: false },
  };
}

/**
 * The API must publish every required permission, and the permission must be enabled. The next step checks delegated
 * permissions of an API that publishes application permissions only.
 * Source: Microsoft Learn, Microsoft Entra authentication error codes 650053, 650056, 65005.
 */
export function publishedStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  return judgeRequirements('published', 'The APIs publish every requested permission.', app, tenant, unpublished);
}

function unpublished(
  requirement: Requirement,
  application: Application,
  resources: Resources,
): ReachabilityFailure | undefined {
  const found = resources.byAppId(requirement.resourceAppId);
  if (!found || isUnclearResource(found, requirement)) return undefined;
  const ids: string[] = [];
  if (!publishesApplicationPermissionsOnly(found)) addMissing(ids, requirement.scopes, found.delegatedPermissions);
  addMissing(ids, requirement.roles, found.applicationPermissions);
  if (ids.length === 0) return undefined;
  return {
    ...subjectOf(application, found.appId),
    code: 'AADSTS650056',
    message: `${application.displayName} requests ${ids.length === 1 ? 'a permission' : `${ids.length} permissions`} that ${found.displayName} does not publish or has disabled.`,
    fix: `Remove the unknown permissions of ${found.displayName} from the application, or publish and enable them on the API.`,
    evidence: { resourceAppId: found.appId, resource: found.displayName, permissionIds: ids.join(' ') },
  };
}

function addMissing(to: string[], ids: readonly string[], published: ReadonlyMap<string, unknown>): void {
  for (const id of ids) if (!published.has(id.toLowerCase())) to.push(id);
}

/**
 * An API that publishes application permissions only offers no delegated access.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 5.
 */
export function delegatedStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  const detail = 'The app requests delegated access only from APIs that offer it.';
  return judgeRequirements('delegated', detail, app, tenant, withoutDelegatedAccess);
}

function withoutDelegatedAccess(
  { resourceAppId, scopes }: Requirement,
  application: Application,
  resources: Resources,
): ReachabilityFailure | undefined {
  const found = resources.byAppId(resourceAppId);
  if (!found || !publishesApplicationPermissionsOnly(found)) return undefined;
  if (scopes.length === 0) return exposesScopes(application) ? possiblyDelegated(application, found) : undefined;
  return {
    ...subjectOf(application, found.appId),
    code: 'AADSTS50000',
    message: `${application.displayName} requests delegated access to ${found.displayName}, which publishes application permissions only.`,
    fix: `Ask the owner of ${found.displayName} to publish a delegated permission, and consent to it. Or use an application permission and the client credentials flow.`,
    evidence: { resourceAppId: found.appId, resource: found.displayName, permissionIds: scopes.join(' ') },
  };
}

/**
 * A client that exposes delegated permissions can call an API on behalf of its users. With `.default` of an API that
 * publishes application permissions only, this fails. The directory does not show whether it calls the API so.
 */
function possiblyDelegated(application: Application, { appId, displayName }: Resource): ReachabilityFailure {
  return {
    ...subjectOf(application, appId),
    code: 'AADSTS50000',
    severity: 'low',
    possible: true,
    message: `${application.displayName} has an application permission of ${displayName}, which publishes no delegated permission. It cannot call ${displayName} on behalf of users.`,
    fix: `Check the token requests of ${application.displayName}: the client credentials flow works. For calls on behalf of users, the owner of ${displayName} must publish a delegated permission.`,
    evidence: { resourceAppId: appId, resource: displayName, flow: 'possibly-on-behalf-of' },
  };
}

function subjectOf(application: Application, resourceAppId: string) {
  return { on: 'application', objectId: application.id, key: resourceAppId.toLowerCase() } as const;
}

/** Judges the permissions required of each API; those of an application of another tenant are unknown. */
function judgeRequirements(
  step: ReachabilityStepName,
  detail: string,
  app: ReachableApp,
  { resources }: ReachableTenant,
  judge: (requirement: Requirement, application: Application, resources: Resources) => ReachabilityFailure | undefined,
): ReachabilityStep {
  const { application } = app;
  if (!application) return unknown(step, 'Another tenant has the application and its declared permissions.');
  const requirements = requirementsOf(app);
  if (requirements.length === 0 || isForPersonalAccountsOnly(application))
    return ok(step, 'The app requests no permission.');
  if (!resources) return unknown(step, 'Consentinel did not read the APIs of the tenant.');
  if (!hasKnownAudience(application)) return unknown(step, unknownAudience);
  // A loop without an array for each API: it runs for every app and three rules, and nearly all apps pass.
  const failures: ReachabilityFailure[] = [];
  for (const requirement of requirements) {
    const failure = judge(requirement, application, resources);
    if (failure) failures.push(failure);
  }
  return failsOr(failures, ok(step, detail));
}
