import type { App } from '../entra/app.js';
import type { AppRule, Rule, TenantRule } from '../rule/rule.js';
import type { Absence, Severity, Violation } from '../rule/violation.js';
import type { NotExamined } from '../scan/scan.js';
import type { Tenant, TenantPart } from '../tenant/tenant.js';
import { findingId, type Observed } from './finding.js';

/** An app with every property that any rule selects. The cast to it is safe: the listing selects their union. */
export type WholeApp = App<never, never>;

/** A violation with the identity of its finding, and the absence that must be confirmed, if any. */
export interface Judgement {
  observed: Observed;
  restsOnAbsenceOf?: Absence;
}

/**
 * Runs every rule on one app. A fallback rule counts only where no other rule explains one of its codes.
 * @param rules without those that select a tenant part that could not be read
 */
export function judgeApp(rules: readonly AppRule[], app: WholeApp, tenant: Tenant): Judgement[] {
  const judgements: Judgement[] = [];
  let fallbacks: AppRule[] | undefined;
  let explained: Set<string> | undefined;
  for (const rule of rules) {
    for (const violation of rule.check(app as Parameters<AppRule['check']>[0], tenant as Tenant<TenantPart>)) {
      judgements.push(judgement(rule, violation, tenant, app));
      if (rule.isFallback) fallbacks = [...(fallbacks ?? []), rule];
      else explained = new Set([...(explained ?? []), ...rule.codes]);
    }
  }
  if (!fallbacks || !explained) return judgements;
  const isExplained = ({ codes }: AppRule) => codes.some((code) => explained.has(code));
  const dropped = new Set(fallbacks.filter(isExplained).map(({ id }) => id));
  return judgements.filter(({ observed }) => !dropped.has(observed.ruleId));
}

/** The ids of the findings about an app that may still be open, because Graph does not return the deciding value. */
export function undeterminedFindings(rules: readonly AppRule[], app: WholeApp, tenant: Tenant): string[] {
  return rules.flatMap(({ id: ruleId, undetermined: violationsOf }) =>
    (violationsOf?.(app as Parameters<AppRule['check']>[0], tenant as Tenant<TenantPart>) ?? []).map(
      ({ objectId, key = '' }) => findingId({ tenantId: tenant.id, ruleId, objectId, key }),
    ),
  );
}

/** The tenant rules that are undetermined, and why. */
export function undetermined(rules: readonly TenantRule[], tenant: Tenant): NotExamined[] {
  return rules.flatMap((rule) => {
    const reason = rule.undetermined?.(tenant as Tenant<TenantPart>);
    return reason ? [{ ruleId: rule.id, reason }] : [];
  });
}

/** Runs every tenant rule on the tenant. */
export function judgeTenant(rules: readonly TenantRule[], tenant: Tenant): Judgement[] {
  return rules.flatMap((rule) =>
    rule.check(tenant as Tenant<TenantPart>).map((violation) => judgement(rule, violation, tenant, undefined)),
  );
}

function judgement(rule: Rule, violation: Violation, tenant: Tenant, app: WholeApp | undefined): Judgement {
  const key = violation.key ?? '';
  const identity = { tenantId: tenant.id, ruleId: rule.id, objectId: violation.objectId, key };
  const observed: Observed = {
    id: findingId(identity),
    ...identity,
    severity: violation.severity ?? (rule.severity as Severity),
    on: violation.on,
    appId: app?.appId ?? '',
    displayName: nameOf(violation, app) ?? tenant.displayName,
    message: violation.message,
    evidence: violation.evidence,
  };
  return violation.restsOnAbsenceOf ? { observed, restsOnAbsenceOf: violation.restsOnAbsenceOf } : { observed };
}

function nameOf(violation: Violation, app: WholeApp | undefined): string | undefined {
  if (violation.on === 'application') return app?.application?.displayName;
  return violation.on === 'servicePrincipal' ? app?.servicePrincipal?.displayName : undefined;
}
