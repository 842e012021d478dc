import type { PermissionGrant } from '../model/tenant/grants.js';
import type { SignInFailure } from '../model/tenant/sign-in-failures.js';
import { appCases, tenantCases } from '../rules/all-cases.js';
import { microsoftGraph } from '../rules/testing/case-apis.js';
import { appsOfCase } from '../rules/testing/case-tenant.js';
import {
  type AppCase,
  type CaseApp,
  type CaseAssignment,
  caseTenant,
  cleanTenantParts,
} from '../rules/testing/cases.js';
import type { JsonObject, SimulatedTenant } from '../simulator/http/server.js';
import type { FillerSize } from '../simulator/schema/tenant.js';
import { demoAuditLogs, signInsOf } from './demo-audit-logs.js';
import { assignmentsOf, type GivenParts, grantsOf, simulatedParts, withClassifications } from './simulated-parts.js';

/** The filler in addition to the cases. */
export interface DemoTenantOptions {
  /** The total number of applications and service principals. The cases alone may be more. */
  objects?: number;
  seed?: number;
  /** Every n-th filler application has a symmetric signing key; none by default. */
  plantEvery?: number;
  /** Apps besides those of the cases. */
  more?: readonly CaseApp[];
}

/** The id of the demo tenant, and of every simulated tenant that is not given another one. */
export const demoTenantId = caseTenant.id;

/**
 * The demo tenant. It consists of the cases of all rules: compliant, not compliant, and near misses. It is a single
 * tenant, so it omits the cases of app rules that need another one. Of the tenant rules it has the cases marked
 * `demo`, which must not contradict each other.
 */
export function demoTenant({ objects = 0, seed = 1, plantEvery, more = [] }: DemoTenantOptions = {}): SimulatedTenant {
  const parts = Object.values(tenantCases).flatMap((cases) =>
    cases.filter(({ demo }) => demo).map(({ tenant }) => tenant),
  );
  const tenant = simulatedTenantOf(
    [...demoCases.flatMap(appsOfCase), ...more],
    Object.assign({}, cleanTenantParts, ...parts),
    { objects, seed, ...(plantEvery && { plantEvery }) },
    {
      grants: demoCases.flatMap(({ grants = [] }) => grants),
      assignments: demoCases.flatMap(({ assignments = [] }) => assignments),
      signIns: demoCases.flatMap(({ signIns = [] }) => signIns),
    },
  );
  const { signIns, directoryAudits } = demoAuditLogs();
  return { ...tenant, signIns: [...(tenant.signIns ?? []), ...signIns], directoryAudits };
}

/** The cases of app rules in the demo tenant. */
export const demoCases: readonly AppCase[] = Object.values(appCases).flatMap((cases) =>
  cases.filter(({ tenant }) => tenant === undefined),
);

/**
 * A simulated tenant with the given apps and parts, and with Microsoft Graph.
 * @param apps duplicates by appId count once
 * @param parts policies and other parts of the tenant; a compliant tenant by default
 * @param filler `objects` includes the objects of the apps
 * @param links grants, app role assignments and failed sign-ins
 */
export function simulatedTenantOf(
  apps: readonly CaseApp[],
  parts: GivenParts = { ...cleanTenantParts },
  filler: FillerSize = { objects: 0, seed: 1 },
  links: {
    grants?: readonly PermissionGrant[];
    assignments?: readonly CaseAssignment[];
    signIns?: readonly SignInFailure[];
  } = {},
): SimulatedTenant {
  const distinct = new Map([...apps, withClassifications(microsoftGraph, parts)].map((app) => [app.appId, app]));
  const applications = [...distinct.values()].flatMap(({ application }) =>
    application ? [withSecrets(application)] : [],
  );
  const servicePrincipals = [...distinct.values()].flatMap(({ servicePrincipal }) =>
    servicePrincipal ? [withSecrets(servicePrincipal)] : [],
  );
  const rest = filler.objects - applications.length - servicePrincipals.length;
  const { id, displayName } = caseTenant;
  return {
    id,
    displayName,
    applications,
    servicePrincipals,
    ...simulatedParts(parts),
    oauth2PermissionGrants: grantsOf(links.grants ?? []),
    appRoleAssignments: assignmentsOf(links.assignments ?? []),
    signIns: signInsOf(links.signIns ?? []),
    ...(rest > 0 && { filler: { ...filler, objects: rest } }),
  };
}

/** The prefix of all secrets in the demo tenant. The product must not store or show any of them. */
export const plantedSecret = 'PLANTED-SECRET';

/** Adds secrets to the credentials, as in a real directory. The product must drop them when it reads an object. */
function withSecrets({
  subtype,
  ...object
}: {
  subtype?: string;
  keyCredentials: readonly object[];
  passwordCredentials: readonly object[];
}): JsonObject {
  const secret = (what: string, index: number) => Buffer.from(`${plantedSecret}-${what}-${index}`).toString('base64');
  return {
    ...object,
    ...(subtype && { '@odata.type': `#microsoft.graph.${subtype}` }),
    keyCredentials: object.keyCredentials.map((key, i) => ({ ...key, key: secret('key', i) })),
    passwordCredentials: object.passwordCredentials.map((password, i) => ({
      ...password,
      hint: 'PSh',
      secretText: `${plantedSecret}-password-${i}`,
    })),
  } as JsonObject;
}
