import { appCases, tenantCases } from '../rules/all-cases.js';
import { type CaseApp, caseTenant, cleanTenantParts } from '../rules/cases.js';
import type { JsonObject, SimulatedTenant } from './graph-simulator/server.js';

/** How much filler to put around the cases. */
export interface DemoTenantOptions {
  /** Applications and service principals in all; no filler where the cases alone are more. */
  objects?: number;
  seed?: number;
  /** Every so many filler applications, one carries a symmetric signing key; none by default. */
  plantEvery?: number;
}

/**
 * The tenant of the demo, made of every rule's cases: the good, the bad and the near misses. Each tenant rule
 * contributes the first case that violates it.
 */
export function demoTenant({ objects = 0, seed = 1, plantEvery }: DemoTenantOptions = {}): SimulatedTenant {
  const apps = Object.values(appCases).flatMap((cases) => cases.map(({ app }) => app));
  const parts = Object.values(tenantCases).map(
    (cases) => cases.find(({ violations }) => violations.length > 0)?.tenant,
  );
  return tenantOf(apps, Object.assign({}, cleanTenantParts, ...parts), {
    objects,
    seed,
    ...(plantEvery && { plantEvery }),
  });
}

/**
 * A simulated tenant of the given apps and parts.
 * @param filler `objects` counts the apps' own objects too
 */
export function tenantOf(
  apps: readonly CaseApp[],
  parts: Record<string, unknown> = { ...cleanTenantParts },
  filler: { objects: number; seed: number; plantEvery?: number } = { objects: 0, seed: 1 },
): SimulatedTenant {
  const applications = apps.flatMap(({ application }) => (application ? [withSecrets(application)] : []));
  const servicePrincipals = apps.flatMap(({ servicePrincipal }) =>
    servicePrincipal ? [withSecrets(servicePrincipal)] : [],
  );
  const rest = filler.objects - applications.length - servicePrincipals.length;
  const { id, displayName } = caseTenant;
  return {
    id,
    displayName,
    applications,
    servicePrincipals,
    policies: parts as SimulatedTenant['policies'],
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
