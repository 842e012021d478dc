import { publishesApplicationPermissionsOnly, type Resource, type Resources } from '../tenant/resources.js';
import { isForPersonalAccountsOnly, type Requirement, requirementsOf } from './client-steps.js';
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
 * An API that an application asks for must have a service principal in the tenant, and an enabled one.
 * Source: Microsoft Learn, Microsoft Entra authentication error codes 650052, 500011, 500014.
 */
export function resourceStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  return judgeRequirements(
    'resource',
    'Every API that it asks for is here.',
    app,
    tenant,
    (need, application, known) => {
      const { resourceAppId } = need;
      const found = known.byAppId(resourceAppId);
      if (found?.accountEnabled) return [];
      return [found ? disabledResource(application, found) : missingResource(application, resourceAppId, known)];
    },
  );
}

function missingResource(application: Application, resourceAppId: string, resources: Resources): ReachabilityFailure {
  return {
    ...subjectOf(application, resourceAppId),
    code: 'AADSTS650052',
    message: `${application.displayName} asks for the API ${resourceAppId}, which has no service principal in this tenant.`,
    fix: `Create it (POST /servicePrincipals with appId ${resourceAppId}; some APIs need a licence first), or remove the API from the application.`,
    evidence: { resourceAppId },
    ...(!resources.isAbsent(resourceAppId) && { restsOnAbsenceOf: 'resource' as const }),
  };
}

function disabledResource(application: Application, { appId, displayName }: Resource): ReachabilityFailure {
  return {
    ...subjectOf(application, appId),
    code: 'AADSTS500014',
    message: `${application.displayName} asks for ${displayName}, whose service principal is disabled.`,
    fix: `Enable the service principal of ${displayName}, or remove the API from the application.`,
    evidence: { resourceAppId: appId, resource: displayName, accountEnabled: false },
  };
}

/**
 * A permission that is asked for must be published by the API and switched on. What is asked of an API that publishes
 * permissions of the other kind only is a matter of the next step.
 * Source: Microsoft Learn, Microsoft Entra authentication error codes 650056, 65005.
 */
export function publishedStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  const detail = 'Every permission that it asks for is published.';
  return judgeRequirements('published', detail, app, tenant, (need, application, known) => {
    const found = known.byAppId(need.resourceAppId);
    if (!found) return [];
    const scopes = publishesApplicationPermissionsOnly(found) ? [] : missing(need.scopes, found.delegatedPermissions);
    const missed = [...scopes, ...missing(need.roles, found.applicationPermissions)];
    if (missed.length === 0) return [];
    return [
      {
        ...subjectOf(application, found.appId),
        code: 'AADSTS650056',
        message: `${application.displayName} asks for ${missed.length === 1 ? 'a permission' : `${missed.length} permissions`} that ${found.displayName} does not publish or has disabled.`,
        fix: `Remove the unknown permissions of ${found.displayName} from the application, or publish and enable them on the API.`,
        evidence: { resourceAppId: found.appId, resource: found.displayName, permissionIds: missed.join(' ') },
      },
    ];
  });
}

/**
 * Delegated access cannot be had of an API that publishes application permissions only.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 5.
 */
export function delegatedStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  const detail = 'It asks for delegated access only where an API offers it.';
  return judgeRequirements('delegated', detail, app, tenant, (need, application, known) => {
    const found = known.byAppId(need.resourceAppId);
    if (!found || need.scopes.length === 0 || !publishesApplicationPermissionsOnly(found)) return [];
    return [
      {
        ...subjectOf(application, found.appId),
        code: 'AADSTS50000',
        message: `${application.displayName} asks for delegated access to ${found.displayName}, which publishes application permissions only.`,
        fix: `Have the owner of ${found.displayName} publish a delegated permission and consent to it, or use an application permission and the client's own identity.`,
        evidence: {
          resourceAppId: found.appId,
          resource: found.displayName,
          permissionIds: need.scopes.join(' '),
        },
      },
    ];
  });
}

function missing(ids: readonly string[], published: ReadonlyMap<string, unknown>): string[] {
  return ids.filter((id) => !published.has(id.toLowerCase()));
}

function subjectOf(application: Application, resourceAppId: string) {
  return { on: 'application', objectId: application.id, key: resourceAppId.toLowerCase() } as const;
}

/** Judges what an application asks of each API; an app that is defined elsewhere does not tell what it asks for. */
function judgeRequirements(
  step: ReachabilityStepName,
  detail: string,
  app: ReachableApp,
  { resources }: ReachableTenant,
  judge: (need: Requirement, application: Application, resources: Resources) => ReachabilityFailure[],
): ReachabilityStep {
  const { application } = app;
  if (!application) return unknown(step, 'What the app asks for is declared in another tenant.');
  const requirements = isForPersonalAccountsOnly(application) ? [] : requirementsOf(app);
  if (requirements.length === 0) return ok(step, 'It asks for no permission.');
  if (!resources) return unknown(step, 'The APIs of the tenant were not read.');
  return failsOr(
    requirements.flatMap((need) => judge(need, application, resources)),
    ok(step, detail),
  );
}
