import type { App } from '../entra/app.js';
import type { Absence, Evidence, Severity, Violation } from '../rule/violation.js';
import type { Tenant, TenantParts } from '../tenant/tenant.js';

/** The steps to a token, in their order. */
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

/** `unknown` where a value could not be read, or Graph does not return it. */
export type StepOutcome = 'ok' | 'fails' | 'unknown';

/** One reason why a step fails; an app can have several, one for each API. */
export interface ReachabilityFailure extends Pick<Violation, 'on' | 'objectId'> {
  /** The code that a user sees, `AADSTS` and digits. */
  readonly code: string;
  /** One sentence, ends with a period. Can contain untrusted names. */
  readonly message: string;
  /** One sentence: what an administrator must do. */
  readonly fix: string;
  /** The appId of the API, where a step can fail for more than one. */
  readonly key?: string;
  /** Only where it differs from the severity of the rule. */
  readonly severity?: Severity;
  readonly evidence: Evidence;
  /** The directory shows a possible cause only: the failure does not keep later steps from being judged. */
  readonly possible?: true;
  readonly restsOnAbsenceOf?: Absence;
}

/** One step and its outcome. */
export interface ReachabilityStep {
  readonly step: ReachabilityStepName;
  readonly outcome: StepOutcome;
  /** One sentence: what is right, what is wrong, or why it is unknown. */
  readonly detail: string;
  /** Where the step fails: the code that a user sees, and what to do. */
  readonly code?: string;
  readonly fix?: string;
  /** All reasons for the failure; `detail`, `code` and `fix` are those of the first. */
  readonly failures: readonly ReachabilityFailure[];
}

/** Whether an app can get a token, step by step. */
export interface Reachability {
  /** Every step in order; the steps after the first failure are judged as far as possible. */
  readonly steps: readonly ReachabilityStep[];
  /** The first step that fails. */
  readonly firstFailure: ReachabilityStep | undefined;
}

/** The properties of an app that its reachability depends on. */
export const reachabilitySelect = {
  application: [
    'api',
    'disabledByMicrosoftStatus',
    'isDisabled',
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

/** An app with the properties that its reachability depends on. */
export type ReachableApp = App<
  (typeof reachabilitySelect.application)[number],
  (typeof reachabilitySelect.servicePrincipal)[number]
>;

/** The tenant parts that reachability depends on. */
export const reachabilityParts = [
  'appRoleAssignments',
  'authorizationPolicy',
  'extensionProperties',
  'grants',
  'permissionClassifications',
  'permissionGrantPolicies',
  'resources',
] as const;

/** A tenant with these parts. A missing part was not read, and the steps that need it are unknown. */
export type ReachableTenant = Tenant & Partial<Pick<TenantParts, (typeof reachabilityParts)[number]>>;

/** The steps without a failure, by name and detail. All apps share them, because nearly every app passes every step. */
const shared = new Map(reachabilitySteps.map((step) => [step, new Map<string, ReachabilityStep>()]));

function stepOf(outcome: 'ok' | 'unknown', step: ReachabilityStepName, detail: string): ReachabilityStep {
  const known = shared.get(step)?.get(detail);
  if (known?.outcome === outcome) return known;
  const made: ReachabilityStep = Object.freeze({ step, outcome, detail, failures: Object.freeze([]) });
  shared.get(step)?.set(detail, made);
  return made;
}

/** A step that an app passes. @param detail a constant text */
export function ok(step: ReachabilityStepName, detail: string): ReachabilityStep {
  return stepOf('ok', step, detail);
}

/** A step that cannot be decided. @param detail a constant text */
export function unknown(step: ReachabilityStepName, detail: string): ReachabilityStep {
  return stepOf('unknown', step, detail);
}

/** A failed step if there are failures, else `otherwise`. */
export function failsOr(failures: readonly ReachabilityFailure[], otherwise: ReachabilityStep): ReachabilityStep {
  const [first] = failures;
  if (!first) return otherwise;
  const { message: detail, code, fix } = first;
  return { step: otherwise.step, outcome: 'fails', detail, code, fix, failures };
}
