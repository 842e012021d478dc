import type { ScanContext } from '../jobs/scan/scan-context.js';
import { scanTenant } from '../jobs/scan/scan-tenant.js';
import type { Scan } from '../model/scan/scan.js';
import { anApp, aSymmetricSigningKey, type CaseApp } from '../rules/testing/cases.js';
import type { JsonObject, Simulator } from '../simulator/http/server.js';

const day = 86_400_000;

/** The nights before the present one. With it, charts cover more than two weeks. */
export const historyNights = 16;

/** An app that had a problem at the beginning, and the night in which it was fixed. */
const fixedApps: readonly (readonly [name: string, fixedIn: number])[] = [
  ['Branch Kiosk Legacy', 2],
  ['Card Issuing (old)', 4],
  ['Travel Desk', 5],
  ['Onboarding Forms', 5],
  ['Meeting Rooms', 8],
  ['Print Portal', 9],
  ['Supplier Invoices', 12],
  ['Field Service Mobile', 14],
];

/** The apps that `demoHistory` needs in the simulated tenant besides those of the demo. */
export function formerApps(): CaseApp[] {
  return fixedApps.map(([name]) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } }));
}

/**
 * Scans a simulated tenant for some nights of the past: problems appear one after the other, and some are fixed. The scans
 * are real, with a clock that is set back; they send no alert.
 * @param simulator has the demo tenant with `formerApps`, and no generated objects
 * @param now the present, ISO 8601 UTC
 * @param onNight called after each night
 */
export async function demoHistory(
  context: ScanContext,
  simulator: Simulator,
  now: string,
  onNight: (scan: Scan) => void = () => {},
): Promise<void> {
  const arriving = hideApps(simulator);
  for (let night = 0; night < historyNights; night++) {
    for (const app of arriving) if (app.night === night) app.appear();
    for (const [name, fixedIn] of fixedApps) if (fixedIn === night) removeKeys(simulator, name);
    const began = Date.parse(now);
    const offset = Date.UTC(...dateOf(began - (historyNights - night) * day), 2) - began;
    const clock = { ...context.clock, now: () => new Date(Date.parse(context.clock.now()) + offset).toISOString() };
    onNight(await scanTenant({ ...context, clock, channels: [] }, { requestedBy: 'timer' }));
  }
}

function dateOf(time: number): [number, number, number] {
  const date = new Date(time);
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
}

/** Removes four of five apps from the directory; each is added again in one of the first twelve nights. */
function hideApps({ directory }: Simulator): readonly { readonly night: number; appear(): void }[] {
  const applications = directory.collection('applications');
  const principals = directory.collection('servicePrincipals');
  const own = [...applications.own()].filter(({ displayName }) => !isFormer(displayName));
  return own.flatMap((application, i) => {
    if (i % 5 === 0) return [];
    const hidden = [hide(applications, application), hide(principals, principalOf(application, principals))];
    return [{ night: (i * 7) % 12, appear: () => hidden.forEach((show) => void show()) }];
  });
}

type Objects = ReturnType<Simulator['directory']['collection']>;

function principalOf({ appId }: JsonObject, principals: Objects): JsonObject | undefined {
  return typeof appId === 'string' ? principals.current(principals.positionOfAppId(appId)) : undefined;
}

/** Removes an object. @returns what adds it again */
function hide(objects: Objects, object: JsonObject | undefined): () => void {
  const position = typeof object?.id === 'string' ? objects.positionOf(object.id) : undefined;
  if (position === undefined) return () => {};
  objects.write(position, undefined);
  return () => objects.write(position, object);
}

function isFormer(name: unknown): boolean {
  return fixedApps.some(([former]) => former === name);
}

function removeKeys({ directory }: Simulator, name: string): void {
  const applications = directory.collection('applications');
  const application = [...applications.own()].find(({ displayName }) => displayName === name);
  const position = typeof application?.id === 'string' ? applications.positionOf(application.id) : undefined;
  if (application && position !== undefined) applications.write(position, { ...application, keyCredentials: [] });
}
