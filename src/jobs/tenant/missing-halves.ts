import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import type { WholeApp } from '../../model/finding/judge.js';
import type { Directory } from '../ports/index.js';
import type { Selection } from './selection.js';

/** The application or the service principal of an app. */
export type Half = 'application' | 'servicePrincipal';

/** An app, and the half that it may have although no listing returned it. */
export interface PossiblyPartialApp {
  readonly app: WholeApp;
  readonly unsureOf?: Half | undefined;
}

/**
 * Reads the halves that listings may have lost directly: an app without a half would be blamed for its absence, and
 * would comply with rules about the half.
 * @returns the apps with what was read, without those that have an unreadable half
 * @throws ConsentinelError if Graph cannot be read
 */
export async function readMissingHalves(
  directory: Directory,
  apps: readonly PossiblyPartialApp[],
  select: Selection,
  signal?: AbortSignal,
): Promise<{ apps: WholeApp[]; unreadable: UnreadableObject[] }> {
  const appIds = (half: Half) => apps.filter(({ unsureOf }) => unsureOf === half).map(({ app }) => app.appId);
  const found = {
    application: await directory.applicationsByAppId(appIds('application'), select.application, signal),
    servicePrincipal: await directory.servicePrincipalsByAppId(
      appIds('servicePrincipal'),
      select.servicePrincipal,
      signal,
    ),
  };
  const whole: WholeApp[] = [];
  const unreadable: UnreadableObject[] = [];
  for (const { app, unsureOf } of apps) {
    const half = unsureOf && found[unsureOf].get(app.appId);
    if (half instanceof UnreadableObject) unreadable.push(half);
    else whole.push(unsureOf ? { ...app, [unsureOf]: half } : app);
  }
  return { apps: whole, unreadable };
}
