import { GraphError } from '../protocol/graph-error.js';
import { isObject, type JsonObject } from '../protocol/json.js';
import { keysOf } from '../schema/properties.js';

/**
 * Rejects a change of locked properties of a service principal. The lock is on the application, often in another
 * tenant. Source: Graph resource type servicePrincipalLockConfiguration.
 * @param before the service principal before the change
 * @param after the service principal after the change
 * @param application its application, if it is in this tenant
 * @throws GraphError `CannotUpdateLockedServicePrincipalProperty`; the HTTP status is not documented, 400 is assumed
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
