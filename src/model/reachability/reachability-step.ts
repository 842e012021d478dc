import type { App } from '../entra/app.js';
import type { Absence, Evidence, Severity, Violation } from '../rule/violation.js';
import type { Tenant, TenantParts } from '../tenant/tenant.js';

/** The way to a token, in its order. */
export const reachabilitySteps = [
  'servicePrincipal',
  'enabled',
  'declared',
  'resource',
  'published',
  'delegated',
  'granted',
  'assigned',
] as const;
export type ReachabilityStepName = (typeof reachabilitySteps)[number];

/** `unknown` where a part of the tenant could not be read, or Graph does not tell. */
export type StepOutcome = 'ok' | 'fails' | 'unknown';

/** One thing that stops a step; an app may have several, one for each API. */
export interface ReachabilityFailure extends Pick<Violation, 'on' | 'objectId'> {
  /** What a user would see. */
  readonly code: string;
  /** One sentence, ends with a period. May hold names written by strangers. */
  readonly message: string;
  /** One sentence that tells an administrator what to do. */
  readonly fix: string;
  /** The appId of the API, where there can be more than one failure. */
  readonly key?: string;
  /** Where it is less than usual. */
  readonly severity?: Severity;
  readonly evidence: Evidence;
  readonly restsOnAbsenceOf?: Absence;
}

/** One step and how it ended. */
export interface ReachabilityStep {
  readonly step: ReachabilityStepName;
  readonly outcome: StepOutcome;
  /** A sentence: what is so, what is wrong, or why nobody knows. */
  readonly detail: string;
  /** The code that a user would see, and what to do, where the step fails. */
  readonly code?: string;
  readonly fix?: string;
  /** Everything that stops the step; `detail`, `code` and `fix` are those of the first. */
  readonly failures: readonly ReachabilityFailure[];
}

/** Whether an app can get a token tonight. */
export interface Reachability {
  /** Every step in order; those after the first that fails are judged as far as can be. */
  readonly steps: readonly ReachabilityStep[];
  /** The first that fails: the answer. */
  readonly firstFailure: ReachabilityStep | undefined;
}

/** The properties of an app that its reachability rests on. */
export const reachabilitySelect = {
  application: [
    'disabledByMicrosoftStatus',
    'isFallbackPublicClient',
    'publicClient',
    'requiredResourceAccess',
    'signInAudience',
    'spa',
    'verifiedPublisher',
    'web',
  ],
  servicePrincipal: [
    'accountEnabled',
    'appOwnerOrganizationId',
    'appRoleAssignmentRequired',
    'disabledByMicrosoftStatus',
    'preferredSingleSignOnMode',
    'servicePrincipalType',
  ],
} as const;

/** An app as reachability sees it. */
export type ReachableApp = App<
  (typeof reachabilitySelect.application)[number],
  (typeof reachabilitySelect.servicePrincipal)[number]
>;

/** The parts of a tenant that reachability rests on. */
export const reachabilityParts = [
  'appRoleAssignments',
  'authorizationPolicy',
  'grants',
  'permissionClassifications',
  'permissionGrantPolicies',
  'resources',
] as const;

/** A tenant as reachability sees it: a part that is missing was not read, and its steps are unknown. */
export type ReachableTenant = Tenant & Partial<Pick<TenantParts, (typeof reachabilityParts)[number]>>;

export const ok = (step: ReachabilityStepName, detail: string): ReachabilityStep => ({
  step,
  outcome: 'ok',
  detail,
  failures: [],
});

export const unknown = (step: ReachabilityStepName, detail: string): ReachabilityStep => ({
  step,
  outcome: 'unknown',
  detail,
  failures: [],
});

/** The step fails if anything stops it, else it is what `otherwise` says. */
export function failsOr(failures: readonly ReachabilityFailure[], otherwise: ReachabilityStep): ReachabilityStep {
  const [first] = failures;
  if (!first) return otherwise;
  const { message: detail, code, fix } = first;
  return { step: otherwise.step, outcome: 'fails', detail, code, fix, failures };
}
