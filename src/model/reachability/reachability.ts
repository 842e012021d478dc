import { isPlatformIdentity } from '../entra/platform-identity.js';
import type { Violation } from '../rule/violation.js';
import { declaredStep, enabledStep, servicePrincipalStep } from './client-steps.js';
import { assignedStep, grantedStep } from './consent-steps.js';
import {
  type Reachability,
  type ReachabilityFailure,
  type ReachabilityStep,
  type ReachabilityStepName,
  type ReachableApp,
  type ReachableTenant,
  reachabilitySteps,
} from './reachability-step.js';
import { delegatedStep, publishedStep, resourceStep } from './resource-steps.js';

export type {
  Reachability,
  ReachabilityFailure,
  ReachabilityStep,
  ReachabilityStepName,
  ReachableApp,
  ReachableTenant,
  StepOutcome,
} from './reachability-step.js';
export { reachabilityParts, reachabilitySelect, reachabilitySteps } from './reachability-step.js';
export { undeterminedAt } from './undetermined.js';

const judges: Readonly<Record<ReachabilityStepName, (app: ReachableApp, tenant: ReachableTenant) => ReachabilityStep>> =
  {
    servicePrincipal: servicePrincipalStep,
    enabled: enabledStep,
    declared: declaredStep,
    resource: resourceStep,
    published: publishedStep,
    delegated: delegatedStep,
    granted: grantedStep,
    assigned: assignedStep,
  };

/**
 * Whether an app can get a token, and if not, which step fails first.
 * Source: Microsoft Learn, "AADSTS50000" (causes 3 and 5) and "Unexpected consent errors and prompts".
 * @param tenant with the parts that were read; steps that need other parts are unknown
 */
export function reachabilityOf(app: ReachableApp, tenant: ReachableTenant): Reachability {
  const steps = reachabilitySteps.map((step) => judges[step](app, tenant));
  return { steps, firstFailure: steps.find(({ outcome }) => outcome === 'fails') };
}

/**
 * The violations of the rule of a step: the failures of that step, if no earlier step fails. So only the rule of the
 * first failed step reports an app. Apps that Microsoft owns and managed identities have none, because the tenant cannot
 * change them, and agent identities have none, because no user signs in to them.
 */
export function violationsAt(step: ReachabilityStepName, app: ReachableApp, tenant: ReachableTenant): Violation[] {
  // The step itself comes first: nearly all apps comply, and this runs for every app and rule.
  const { failures } = judges[step](app, tenant);
  if (failures.length === 0 || isPlatformIdentity(app, tenant) || isAgentIdentity(app)) return [];
  for (const earlier of reachabilitySteps) {
    if (earlier === step) break;
    if (judges[earlier](app, tenant).failures.some(({ possible }) => !possible)) return [];
  }
  return failures.map(violationOf);
}

/** Source: Graph, agentIdentity resource type: its type is ServiceIdentity, and no `appId` is documented. */
function isAgentIdentity({ application, servicePrincipal: principal }: ReachableApp): boolean {
  if (application || !principal) return false;
  return principal.appId === principal.id || principal.servicePrincipalType?.toLowerCase() === 'serviceidentity';
}

function violationOf(failure: ReachabilityFailure): Violation {
  const { on, objectId, key, severity, message, code, evidence, restsOnAbsenceOf } = failure;
  return {
    on,
    objectId,
    ...(key !== undefined && { key }),
    ...(severity && { severity }),
    message,
    evidence: { code, ...evidence },
    ...(restsOnAbsenceOf && { restsOnAbsenceOf }),
  };
}
