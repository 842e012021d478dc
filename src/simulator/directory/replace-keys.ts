import { randomUUID } from 'node:crypto';
import { badRequest } from '../protocol/graph-error.js';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { graphTimestamp } from '../protocol/timestamps.js';
import { keyCredentialMembers } from '../schema/properties.js';

const types = new Set(['symmetric', 'asymmetricx509cert', 'x509certandpassword']);
const usages = new Set(['sign', 'verify', 'encrypt']);
/** Members that a PATCH must not change in a kept entry. */
const immutableMembers = keyCredentialMembers.filter((member) => member !== 'key' && member !== 'keyId');

/**
 * Applies a PATCH of keyCredentials: it replaces the collection and deletes omitted entries permanently.
 * Sources: "Update application"; the add-certificate guide, which sends a kept certificate with its key and without
 * keyId; the Azure CLI, which sends kept entries with keyId and a null key; Graph's error `KeyNotUpdatable`.
 * @param stored the current entries
 * @param sent the entries in the body
 * @param nullKeyEchoRefused rejects the undocumented form of the Azure CLI
 * @returns the new entries
 * @throws GraphError 400
 */
export function replaceKeys(
  stored: readonly JsonObject[],
  sent: JsonValue,
  nullKeyEchoRefused: boolean,
): readonly JsonObject[] {
  if (!Array.isArray(sent) || !sent.every(isObject))
    throw badRequest("A value of the property 'keyCredentials' is not a collection of keyCredential.");
  const result = sent.map((entry) => keptOrNew(stored, entry, nullKeyEchoRefused));
  const ids = new Set(result.map((entry) => entry.keyId));
  if (ids.size < result.length) throw badRequest('Key credentials must have distinct values for KeyId.');
  return result;
}

function keptOrNew(stored: readonly JsonObject[], entry: JsonObject, nullKeyEchoRefused: boolean): JsonObject {
  checkMembers(entry);
  checkValue('type', entry.type, types, 'Symmetric, AsymmetricX509Cert, X509CertAndPassword');
  checkValue('usage', entry.usage, usages, 'Sign, Verify');
  const keyId = entry.keyId ?? null;
  const named = stored.find((known) => keyId !== null && known.keyId === keyId);
  if (named) return kept(named, entry, nullKeyEchoRefused);
  return (keyId === null ? sameCertificate(stored, entry) : undefined) ?? created(entry);
}

/** An entry with a known keyId must be unchanged. Its key may be missing, because no client can read a secret key. */
function kept(stored: JsonObject, entry: JsonObject, nullKeyEchoRefused: boolean): JsonObject {
  const key = entry.key ?? null;
  const keyChanged = key === null ? nullKeyEchoRefused : key !== stored.key;
  const changed = immutableMembers.some((member) => (entry[member] ?? null) !== (stored[member] ?? null));
  if (keyChanged || changed)
    throw badRequest(`Update to existing credential with KeyId '${stored.keyId}' is not allowed.`);
  return stored;
}

/** The documented example: the certificate itself, without keyId and dates. */
function sameCertificate(stored: readonly JsonObject[], entry: JsonObject): JsonObject | undefined {
  const given = immutableMembers.filter((member) => (entry[member] ?? null) !== null);
  return stored.find(
    (known) =>
      (entry.customKeyIdentifier ?? null) !== null &&
      known.key === entry.key &&
      given.every((member) => entry[member] === known[member]),
  );
}

function created(entry: JsonObject): JsonObject {
  if (typeof entry.key !== 'string' || entry.key === '')
    throw badRequest("A value is required for property 'key' of a new key credential.");
  const dates = { startDateTime: graphTimestamp(), endDateTime: graphTimestamp(365) };
  const complete = { customKeyIdentifier: null, displayName: null, ...dates, ...entry };
  if (!(Date.parse(String(complete.endDateTime)) > Date.parse(String(complete.startDateTime))))
    throw badRequest('Key credential end date is invalid.');
  return { ...complete, keyId: entry.keyId ?? randomUUID() };
}

function checkMembers(entry: JsonObject): void {
  const unknown = Object.keys(entry).find(
    (name) => !name.includes('@odata.') && !(keyCredentialMembers as readonly string[]).includes(name),
  );
  if (unknown !== undefined)
    throw badRequest(`The property '${unknown}' does not exist on type 'microsoft.graph.keyCredential'.`);
}

/** Graph's error text does not list the usage Encrypt, but token encryption needs it, so it is valid here. */
function checkValue(name: string, value: JsonValue | undefined, known: ReadonlySet<string>, acceptable: string): void {
  if (typeof value === 'string' && known.has(value.toLowerCase())) return;
  throw badRequest(
    `The value for the property "${name}" in one of your credentials is invalid. Acceptable values are ${acceptable}.`,
  );
}
