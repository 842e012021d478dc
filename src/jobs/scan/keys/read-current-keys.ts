import type { KeyCredential } from '../../../model/entra/app.js';
import { UnreadableObject } from '../../../model/entra/unreadable-object.js';
import type { WholeApp } from '../../../model/finding/judge.js';
import type { Directory } from '../../ports/index.js';
import type { PossiblyPartialApp } from '../../tenant/missing-halves.js';

type Current = ReadonlyMap<string, readonly KeyCredential[] | UnreadableObject>;
interface KeyHolding {
  readonly id: string;
  readonly appId?: string;
  readonly displayName?: string;
  readonly keyCredentials?: readonly KeyCredential[];
}

/** Apps with their current key credentials. */
export interface CurrentApps<App> {
  /** Without the apps that have an unreadable object, or one that the read did not return. */
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
      application: withCurrent('application', application, applications),
      servicePrincipal: withCurrent('servicePrincipal', servicePrincipal, principals),
    };
    const failed = Object.values(halves).filter((half) => half instanceof UnreadableObject);
    unreadable.push(...failed);
    return failed.length > 0 ? [] : [{ ...one, app: { ...one.app, ...halves } as WholeApp }];
  });
  return { apps: current, unreadable };
}

/** A listing has just returned the object: a read without it can be an old replica, so its keys are unknown. */
function withCurrent<T extends KeyHolding>(
  on: 'application' | 'servicePrincipal',
  object: T | undefined,
  current: Current,
): T | UnreadableObject | undefined {
  if (!object) return undefined;
  const { id, appId, displayName } = object;
  const keyCredentials =
    current.get(id) ?? new UnreadableObject({ on, property: 'keyCredentials', id, appId, displayName });
  return keyCredentials instanceof UnreadableObject ? keyCredentials : { ...object, keyCredentials };
}
