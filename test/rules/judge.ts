import type { KeyCredential, WholeServicePrincipal } from '../../src/model/entra/app.js';
import type { AppRule, TenantRule } from '../../src/model/rule/rule.js';
import type { Violation } from '../../src/model/rule/violation.js';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import { type AppCase, aSamlSigningCertificate, caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

/** Any sentence: it begins with a capital and ends with a period. */
export const sentence = /^[A-Z][^\n]+\.$/;

/** What an app rule finds in an app, of which Graph returns the selected properties, and the tenant around it. */
export function violationsOf(rule: AppRule, parts: Pick<AppCase, 'app'> & Partial<AppCase>): readonly Violation[] {
  const { appId, application, servicePrincipal } = parts.app;
  const app = {
    appId,
    application: selected(application, rule.select.application),
    servicePrincipal: selected(servicePrincipal, rule.select.servicePrincipal),
  };
  return rule.check(app as Parameters<AppRule['check']>[0], tenantOfCase({ name: '', violations: [], ...parts }));
}

function selected(object: object | null, properties: readonly string[] = []): object | undefined {
  if (!object) return undefined;
  const names = ['id', 'appId', 'displayName', ...properties];
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
