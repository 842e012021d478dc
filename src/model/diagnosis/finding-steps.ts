import { aadstsCodes, type RootCause } from '../entra/aadsts.js';
import type { Cloud } from '../entra/clouds.js';
import type { Observed } from '../finding/finding.js';
import { portalUrl } from '../finding/portal-url.js';
import type { Rule } from '../rule/rule.js';
import type { NotExamined } from '../scan/scan.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';

/** The causes of the rules whose first code has more than one. */
export const causes: Readonly<Record<string, RootCause>> = {
  'no-symmetric-key-addition': 'symmetric-key',
  'no-symmetric-signing-key': 'symmetric-key',
  'require-delegated-permission': 'application-only-resource',
};

/** Findings of these rules stop a token. Findings of other rules explain a failure only together with their code. */
export const decisive: ReadonlySet<string> = new Set([
  'no-app-specific-key-on-middle-tier',
  'no-symmetric-signing-key',
  'require-delegated-permission',
  'require-enabled-service-principal',
  'require-obo-client-consent',
  'require-resource-service-principal',
  'require-service-principal',
  'require-valid-client-credential',
  'require-valid-signing-certificate',
]);

/** Findings of these rules stop no token that is requested now. */
export const preventive: ReadonlySet<string> = new Set([
  'no-symmetric-key-addition',
  'require-app-specific-metadata',
  'require-renewed-credential',
]);

/** What decides whether a finding on the tenant concerns the failing sign-in. */
export interface FindingContext {
  readonly rules: readonly Rule[];
  /** The steps that were judged without the rules. */
  readonly known: readonly DiagnosisStep[];
  /** The steps of the user judge the synchronization for this user. */
  readonly hasUser: boolean;
  /** Every permission of the app is granted, or users may grant it: no user has to request consent. */
  readonly isGranted: boolean;
  readonly cloud: Cloud;
}

/** The findings of the rules as failed steps, without those that a step reports already or that do not concern the app. */
export function findingSteps(found: readonly Observed[], context: FindingContext): DiagnosisStep[] {
  return found.flatMap((observed) => {
    const rule = context.rules.find(({ id }) => id === observed.ruleId);
    const step = rule && stepOf(rule, observed, context.cloud);
    if (!step || (rule.on === 'tenant' && !concernsApp(step, context))) return [];
    return context.known.some((other) => isSame(other, step)) ? [] : [step];
  });
}

/** The known steps, with the manual fix of the rule that reports the same problem. */
export function withManualFixes(found: readonly Observed[], { rules, known, cloud }: FindingContext): DiagnosisStep[] {
  const steps = found.flatMap((observed) => {
    const rule = rules.find(({ id }) => id === observed.ruleId);
    return rule?.manualFix ? [stepOf(rule, observed, cloud)] : [];
  });
  return known.map((step) => {
    const { manualFix } = steps.find((other) => isSame(step, other)) ?? {};
    return manualFix ? { ...step, manualFix } : step;
  });
}

function concernsApp({ cause }: DiagnosisStep, { hasUser, isGranted }: FindingContext): boolean {
  return (cause !== 'password' || !hasUser) && (cause !== 'consent' || !isGranted);
}

function isSame(other: DiagnosisStep, { cause, code }: DiagnosisStep): boolean {
  return other.outcome === 'fails' && other.cause === cause && other.code === code;
}

function stepOf(rule: Rule, observed: Observed, cloud: Cloud): DiagnosisStep {
  const { evidence, message, objectId, on, appId } = observed;
  const code = typeof evidence.code === 'string' ? evidence.code : rule.codes[0];
  const explains = bearingOf(rule, observed);
  const manualFix = rule.manualFix?.(observed);
  const fix = manualFix ? `${manualFix.portal}.` : `See the documentation of the rule ${rule.id}.`;
  return stepsOf(causeOf(rule, code)).fails(rule.title, message, fix, {
    problem: rule.problem,
    ...(code !== undefined && { code }),
    codes: rule.codes,
    ...(explains && { explains }),
    ...(manualFix && { manualFix }),
    ...(on !== 'tenant' && { link: portalUrl({ on, objectId, appId, ruleId: rule.id }, cloud) }),
  });
}

/** A finding of lower severity than its rule has no effect yet, or only for some users. */
function bearingOf(rule: Rule, { evidence, severity }: Observed): DiagnosisStep['explains'] {
  if (preventive.has(rule.id) || evidence.validity === 'expires-soon') return 'never';
  return rule.on === 'app' && decisive.has(rule.id) && severity === rule.severity ? undefined : 'with-code';
}

function causeOf({ id, codes }: Rule, code: string | undefined): RootCause {
  const named = [code, ...codes].flatMap((each) => (each ? (aadstsCodes[each]?.causes ?? []) : []));
  return causes[id] ?? named.find((cause) => cause !== 'other') ?? 'request';
}

/** One unknown step for each reason why rules were not examined. */
export function notExaminedSteps(notExamined: readonly NotExamined[]): DiagnosisStep[] {
  const byReason = new Map<string, string[]>();
  for (const { ruleId, reason } of notExamined) byReason.set(reason, [...(byReason.get(reason) ?? []), ruleId]);
  return [...byReason].map(([reason, ids]) => stepsOf('consent').unknown(`Rules examined: ${ids.join(', ')}`, reason));
}
