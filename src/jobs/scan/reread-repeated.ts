import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import type { WholeApp } from '../../model/finding/judge.js';
import type { Directory } from '../ports/index.js';
import type { Selection } from '../tenant/selection.js';
import type { Listings } from './listings.js';

/** An app that was read directly, and the ids of its objects, also of those that were deleted since. */
export interface RereadApp {
  readonly app: WholeApp;
  readonly objectIds: ReadonlySet<string>;
}

/**
 * Reads the apps directly whose application or service principal a listing returned twice: the copies can differ, and
 * nothing shows which one is current.
 * @throws ConsentinelError if Graph cannot be read
 */
export async function rereadRepeated(
  directory: Directory,
  { applications, servicePrincipals }: Listings,
  select: Selection,
  signal: AbortSignal,
): Promise<{ apps: RereadApp[]; unreadable: UnreadableObject[] }> {
  const objectIds = new Map<string, Set<string>>();
  for (const { id, appId } of [...applications.repeated.values(), ...servicePrincipals.repeated.values()]) {
    if (appId !== undefined) objectIds.set(appId, (objectIds.get(appId) ?? new Set()).add(id));
  }
  const appIds = [...objectIds.keys()];
  const found = {
    applications: await directory.applicationsByAppId(appIds, select.application, signal),
    servicePrincipals: await directory.servicePrincipalsByAppId(appIds, select.servicePrincipal, signal),
  };
  const apps: RereadApp[] = [];
  const unreadable: UnreadableObject[] = [];
  for (const [appId, ids] of objectIds) {
    const [application, servicePrincipal] = [found.applications.get(appId), found.servicePrincipals.get(appId)];
    for (const half of [application, servicePrincipal]) if (half instanceof UnreadableObject) unreadable.push(half);
    if (application instanceof UnreadableObject || servicePrincipal instanceof UnreadableObject) continue;
    for (const half of [application, servicePrincipal]) if (half) ids.add(half.id);
    if (application || servicePrincipal) apps.push({ app: { appId, application, servicePrincipal }, objectIds: ids });
  }
  return { apps, unreadable };
}
