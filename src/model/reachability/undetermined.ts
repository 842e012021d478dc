import { hasKnownAudience } from '../entra/sign-in-audience.js';
import type { Violation } from '../rule/violation.js';
import { isUnclearResource } from '../tenant/resources.js';
import { hasUnclearStatus, isUnclearDeclaration, requirementsOf, unclearRequirementsOf } from './client-steps.js';
import { hasUnclearAssignment, undeterminedAssignments, undeterminedConsents } from './consent-steps.js';
import type { ReachabilityStepName, ReachableApp, ReachableTenant } from './reachability-step.js';
import { hasUnclearGrants, ungrantedOf } from './ungranted.js';

type Undetermined = Pick<Violation, 'objectId' | 'key'>[];

/**
 * The violations of the rule of a step that are undetermined, because Graph returns no value or one that is not
 * documented: such a value neither creates nor resolves a finding.
 */
export function undeterminedAt(step: ReachabilityStepName, app: ReachableApp, tenant: ReachableTenant): Undetermined {
  const { application, servicePrincipal } = app;
  switch (step) {
    case 'servicePrincipal':
      return application && !servicePrincipal && !hasKnownAudience(application)
        ? [{ objectId: application.id, key: '' }]
        : [];
    case 'enabled':
      return servicePrincipal && hasUnclearStatus(app) ? [{ objectId: servicePrincipal.id, key: '' }] : [];
    case 'declared':
      return application && isUnclearDeclaration(app) ? [{ objectId: application.id, key: '' }] : [];
    case 'resource':
      return application ? keysOf(application.id, unclearApis(app, !hasKnownAudience(application))) : [];
    case 'published':
    case 'delegated':
      return application
        ? keysOf(application.id, [
            ...unclearApis(app, !hasKnownAudience(application)),
            ...unclearResources(app, tenant),
          ])
        : [];
    case 'granted':
      return application
        ? keysOf(application.id, [
            ...undeterminedConsents(app, tenant),
            ...unclearApis(app, hasUnclearGrants(app, tenant)),
            ...unclearResources(app, tenant),
          ])
        : [];
    case 'assigned':
      return servicePrincipal
        ? keysOf(servicePrincipal.id, [...undeterminedAssignments(app, tenant), ...unclearAssignments(app, tenant)])
        : [];
  }
}

function unclearAssignments(app: ReachableApp, tenant: ReachableTenant): string[] {
  const isUnclear = hasUnclearAssignment(app);
  const byType = (ungrantedOf(app, tenant) ?? []).flatMap(([{ appId }, ungranted]) =>
    ungranted.some(({ unclear }) => unclear) ? [appId.toLowerCase()] : [],
  );
  return [
    ...(isUnclear ? [''] : []),
    ...unclearApis(app, isUnclear || hasUnclearGrants(app, tenant)),
    ...unclearResources(app, tenant),
    ...byType,
  ];
}

/** The APIs about which nothing can be decided: those with an unclear requirement, or all. */
function unclearApis(app: ReachableApp, all: boolean): string[] {
  if (!all) return unclearRequirementsOf(app);
  return (app.application?.requiredResourceAccess ?? []).flatMap(({ resourceAppId }) =>
    resourceAppId ? [resourceAppId.toLowerCase()] : [],
  );
}

/** The APIs of which a role with member types that are not documented decides. */
function unclearResources(app: ReachableApp, { resources }: ReachableTenant): string[] {
  return requirementsOf(app).flatMap((requirement) => {
    const resource = resources?.byAppId(requirement.resourceAppId);
    return resource && isUnclearResource(resource, requirement) ? [resource.appId.toLowerCase()] : [];
  });
}

/** One entry per violation, also where several reasons leave it undetermined. */
function keysOf(objectId: string, keys: readonly string[]): Undetermined {
  return [...new Set(keys)].map((key) => ({ objectId, key }));
}
