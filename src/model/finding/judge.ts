import type { App } from '../entra/app.js';
import type { AppRule, Rule, TenantRule } from '../rule/rule.js';
import type { Absence, Severity, Violation } from '../rule/violation.js';
import type { NotExamined } from '../scan/scan.js';
import type { Tenant, TenantPart } from '../tenant/tenant.js';
import { findingId, type Observed } from './finding.js';

/** An app with every property that any rule selects. The cast to it is safe: the listing asked for their union. */
export type WholeApp = App<never, never>;

/** A violation with the identity of its finding, and whether it still has to be confirmed. */
export interface Judgement {
  observed: Observed;
  restsOnAbsenceOf?: Absence;
}

/**
 * Asks every rule about one app.
 * @param rules the rules to ask; those that lack what they select must have been taken out before
 */
export function judgeApp(rules: readonly AppRule[], app: WholeApp, tenant: Tenant): Judgement[] {
  const judgements: Judgement[] = [];
  for (const rule of rules) {
    for (const violation of rule.check(app as Parameters<AppRule['check']>[0], tenant as Tenant<TenantPart>)) {
      judgements.push(judgement(rule, violation, tenant, app));
    }
  }
  return judgements;
}

/** The ids of the findings about an app that its rules cannot tell to have ended. */
export function undeterminedFindings(rules: readonly AppRule[], app: WholeApp, tenant: Tenant): string[] {
  return rules.flatMap(({ id: ruleId, undetermined: undeterminedRules }) =>
    (undeterminedRules?.(app as Parameters<AppRule['check']>[0], tenant as Tenant<TenantPart>) ?? []).map(
      ({ objectId, key = '' }) => findingId({ tenantId: tenant.id, ruleId, objectId, key }),
    ),
  );
}

/** Those tenant rules that cannot tell, and why. */
export function undetermined(rules: readonly TenantRule[], tenant: Tenant): NotExamined[] {
  return rules.flatMap((rule) => {
    const reason = rule.undetermined?.(tenant as Tenant<TenantPart>);
    return reason ? [{ ruleId: rule.id, reason }] : [];
  });
}

/** Asks every tenant rule about the tenant. */
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
