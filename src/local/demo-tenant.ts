import type { PermissionGrant } from '../model/tenant/grants.js';
import { appCases, tenantCases } from '../rules/testing/all-cases.js';
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
import { assignmentsOf, type GivenParts, grantsOf, simulatedParts, withClassifications } from './simulated-parts.js';

/** How much filler to put around the cases. */
export interface DemoTenantOptions {
  /** Applications and service principals in all; no filler where the cases alone are more. */
  objects?: number;
  seed?: number;
  /** Every so many filler applications, one carries a symmetric signing key; none by default. */
  plantEvery?: number;
}

/**
 * The tenant of the demo, made of every rule's cases: the good, the bad and the near misses. There is but one tenant, so
 * cases of app rules that need another are left out, and of the cases of tenant rules it has those that are marked for
 * it, which must not contradict each other.
 */
export function demoTenant({ objects = 0, seed = 1, plantEvery }: DemoTenantOptions = {}): SimulatedTenant {
  const parts = Object.values(tenantCases).flatMap((cases) =>
    cases.filter(({ demo }) => demo).map(({ tenant }) => tenant),
  );
  return simulatedTenantOf(
    demoCases.flatMap(appsOfCase),
    Object.assign({}, cleanTenantParts, ...parts),
    { objects, seed, ...(plantEvery && { plantEvery }) },
    {
      grants: demoCases.flatMap(({ grants = [] }) => grants),
      assignments: demoCases.flatMap(({ assignments = [] }) => assignments),
    },
  );
}

/** The cases of app rules that the demo tenant is made of. */
export const demoCases: readonly AppCase[] = Object.values(appCases).flatMap((cases) =>
  cases.filter(({ tenant }) => tenant === undefined),
);

/**
 * A simulated tenant of the given apps and parts, and of Microsoft Graph.
 * @param apps each once, however often it is given
 * @param filler `objects` counts the apps' own objects too
 */
export function simulatedTenantOf(
  apps: readonly CaseApp[],
  parts: GivenParts = { ...cleanTenantParts },
  filler: { objects: number; seed: number; plantEvery?: number } = { objects: 0, seed: 1 },
  links: { grants?: readonly PermissionGrant[]; assignments?: readonly CaseAssignment[] } = {},
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
    ...(rest > 0 && { filler: { ...filler, objects: rest } }),
  };
}

/** What recognisable secrets in the demo look like; none of them may ever appear in what the product stores or shows. */
export const plantedSecret = 'PLANTED-SECRET';

/** The directory holds secrets that the product must never let in: here they are. */
function withSecrets(object: {
  keyCredentials: readonly object[];
  passwordCredentials: readonly object[];
}): JsonObject {
  const secret = (what: string, index: number) => Buffer.from(`${plantedSecret}-${what}-${index}`).toString('base64');
  return {
    ...object,
    keyCredentials: object.keyCredentials.map((key, i) => ({ ...key, key: secret('key', i) })),
    passwordCredentials: object.passwordCredentials.map((password, i) => ({
      ...password,
      hint: 'PSh',
      secretText: `${plantedSecret}-password-${i}`,
    })),
  } as JsonObject;
}
