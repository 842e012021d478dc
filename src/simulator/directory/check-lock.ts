import { GraphError } from '../protocol/graph-error.js';
import { isObject, type JsonObject } from '../protocol/json.js';
import { keysOf } from '../schema/properties.js';

/**
 * Refuses a change of what the application's owner has locked. The lock is on the application, often in another
 * tenant, and binds its service principals. Source: Graph resource type servicePrincipalLockConfiguration.
 * @param before and after the service principal
 * @param application its application, where it is in this tenant
 * @throws GraphError `CannotUpdateLockedServicePrincipalProperty`; its HTTP status is not documented, 400 is assumed
 */
export function checkLock(before: JsonObject, after: JsonObject, application: JsonObject | undefined): void {
  const lock = lockOn(before) ?? lockOn(application);
  if (!lock) return;
  const on = (member: string) => lock[member] === true || lock.allProperties === true;
  const locked =
    (on('credentialsWithUsageSign') && keysChanged(before, after, 'sign')) ||
    (on('credentialsWithUsageVerify') && keysChanged(before, after, 'verify')) ||
    (on('tokenEncryptionKeyId') && before.tokenEncryptionKeyId !== after.tokenEncryptionKeyId);
  if (locked)
    throw new GraphError(
      400,
      'CannotUpdateLockedServicePrincipalProperty',
      "Property 'keyCredentials' of the service principal is locked by its application and cannot be updated.",
    );
}

function lockOn(object: JsonObject | undefined): JsonObject | undefined {
  const lock = object?.servicePrincipalLockConfiguration;
  return isObject(lock) && lock.isEnabled === true ? lock : undefined;
}

function keysChanged(before: JsonObject, after: JsonObject, usage: string): boolean {
  const ids = (object: JsonObject) =>
    keysOf(object)
      .filter((key) => String(key.usage).toLowerCase() === usage)
      .map((key) => key.keyId)
      .sort()
      .join();
  return ids(before) !== ids(after);
}
