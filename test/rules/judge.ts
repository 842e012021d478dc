import type { KeyCredential, WholeServicePrincipal } from '../../src/model/entra/app.js';
import type { AppRule, TenantRule } from '../../src/model/rule/rule.js';
import type { Violation } from '../../src/model/rule/violation.js';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import { type AppCase, aSamlSigningCertificate, caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

/** Any sentence: it begins with a capital and ends with a period. */
export const sentence = /^[A-Z][^\n]+\.$/;

/** What an app rule finds in an app, of which Graph returns the selected properties, and the tenant around it. */
export function violationsOf(rule: AppRule, parts: AppParts): readonly Violation[] {
  return rule.check(selectedApp(rule, parts), tenantOfCase({ name: '', violations: [], ...parts }));
}

/** The keys of the violations that an app rule leaves undetermined, given the same as `violationsOf`. */
export function undeterminedKeys(rule: AppRule, parts: AppParts): string[] {
  const tenant = tenantOfCase({ name: '', violations: [], ...parts });
  return (rule.undetermined?.(selectedApp(rule, parts), tenant) ?? []).map(({ key = '' }) => key);
}

type AppParts = Pick<AppCase, 'app'> & Partial<AppCase>;

function selectedApp(rule: AppRule, { app }: AppParts): Parameters<AppRule['check']>[0] {
  return {
    appId: app.appId,
    application: selected(app.application, rule.select.application),
    servicePrincipal: selected(app.servicePrincipal, rule.select.servicePrincipal),
  } as Parameters<AppRule['check']>[0];
}

function selected(object: object | null, properties: readonly string[] = []): object | undefined {
  if (!object) return undefined;
  const names = ['id', 'appId', 'displayName', 'subtype', ...properties];
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

/** What a tenant rule finds in a tenant that differs from the clean one. */
export function tenantViolations(rule: TenantRule, parts: Partial<TenantParts>): readonly Violation[] {
  return rule.check({ ...caseTenant, ...cleanTenantParts, ...parts });
}

/** What a tenant rule cannot tell of a tenant that differs from the clean one. */
export function undeterminedOf(rule: TenantRule, parts: Partial<TenantParts>): string | undefined {
  return rule.undetermined?.({ ...caseTenant, ...cleanTenantParts, ...parts });
}

/** An authorization policy by which these policies are assigned to users. */
export const assigning = (...permissionGrantPoliciesAssigned: string[]): TenantParts['authorizationPolicy'] => ({
  id: 'authorizationPolicy',
  defaultUserRolePermissions: { permissionGrantPoliciesAssigned },
});

/** A service principal with a signing certificate of its own. */
export function signing(members: Partial<WholeServicePrincipal> = {}, certificate: Partial<KeyCredential> = {}) {
  const keyCredentials = aSamlSigningCertificate('own').keyCredentials.map((key) => ({ ...key, ...certificate }));
  return { keyCredentials, ...members };
}
