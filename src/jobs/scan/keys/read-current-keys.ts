import type { KeyCredential } from '../../../model/entra/app.js';
import { UnreadableObject } from '../../../model/entra/unreadable-object.js';
import type { WholeApp } from '../../../model/finding/judge.js';
import type { Directory } from '../../ports/index.js';
import type { PossiblyPartialApp } from '../../tenant/missing-halves.js';

type Current = ReadonlyMap<string, readonly KeyCredential[] | UnreadableObject>;
type KeyHolding = { readonly id: string; readonly keyCredentials?: readonly KeyCredential[] };

/** Apps with their current key credentials. */
export interface CurrentApps<App> {
  /** Without the apps that have an unreadable object, and those of which an object was deleted since the listing. */
  readonly apps: readonly App[];
  readonly unreadable: readonly UnreadableObject[];
}

/**
 * Reads the key credentials of apps directly: those of the index can be older than the directory, and an object that it
 * does not show can hold keys.
 * @throws ConsentinelError if Graph cannot be read
 */
export async function readCurrentKeys<App extends PossiblyPartialApp>(
  directory: Pick<Directory, 'keyCredentialsOf'>,
  apps: readonly App[],
  signal?: AbortSignal,
): Promise<CurrentApps<App>> {
  const idsOf = (half: 'application' | 'servicePrincipal') => apps.flatMap(({ app }) => app[half]?.id ?? []);
  const applications = await directory.keyCredentialsOf('applications', idsOf('application'), signal);
  const principals = await directory.keyCredentialsOf('servicePrincipals', idsOf('servicePrincipal'), signal);
  const unreadable: UnreadableObject[] = [];
  const current = apps.flatMap((one) => {
    const { application, servicePrincipal } = one.app;
    const halves = {
      application: withCurrent(application, applications),
      servicePrincipal: withCurrent(servicePrincipal, principals),
    };
    const failed = Object.values(halves).filter((half) => half instanceof UnreadableObject);
    unreadable.push(...failed);
    if (failed.length > 0 || Object.values(halves).includes('gone')) return [];
    return [{ ...one, app: { ...one.app, ...halves } as WholeApp }];
  });
  return { apps: current, unreadable };
}

function withCurrent<T extends KeyHolding>(object: T | undefined, current: Current) {
  if (!object) return undefined;
  const keyCredentials = current.get(object.id) ?? 'gone';
  if (keyCredentials === 'gone' || keyCredentials instanceof UnreadableObject) return keyCredentials;
  return { ...object, keyCredentials };
}
