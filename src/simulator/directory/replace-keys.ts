import { randomUUID } from 'node:crypto';
import { badRequest } from '../protocol/graph-error.js';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { graphTimestamp } from '../protocol/timestamps.js';
import { keyCredentialMembers } from '../schema/properties.js';

const types = new Set(['symmetric', 'asymmetricx509cert', 'x509certandpassword']);
const usages = new Set(['sign', 'verify', 'encrypt']);
/** Members of a kept entry that must be as they were. */
const settled = keyCredentialMembers.filter((member) => member !== 'key' && member !== 'keyId');

/**
 * What a PATCH makes of keyCredentials: the collection is replaced, what is left out is deleted for ever.
 * Sources: "Update application"; the add-certificate guide, which sends a kept certificate with its key and without
 * keyId; the Azure CLI, which echoes kept entries with keyId and a null key; Graph's refusal `KeyNotUpdatable`.
 * @param stored the present entries
 * @param sent the entries of the body
 * @param nullKeyEchoRefused refuses the CLI's way, which is not documented
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
  checkWord('type', entry.type, types, 'Symmetric, AsymmetricX509Cert, X509CertAndPassword');
  checkWord('usage', entry.usage, usages, 'Sign, Verify');
  const keyId = entry.keyId ?? null;
  const named = stored.find((known) => keyId !== null && known.keyId === keyId);
  if (named) return kept(named, entry, nullKeyEchoRefused);
  return (keyId === null ? sameCertificate(stored, entry) : undefined) ?? created(entry);
}

/** An entry that names a keyId must be what it was; its key may be left out, for nobody can read it back. */
function kept(stored: JsonObject, entry: JsonObject, nullKeyEchoRefused: boolean): JsonObject {
  const key = entry.key ?? null;
  const keyChanged = key === null ? nullKeyEchoRefused : key !== stored.key;
  const changed = settled.some((member) => (entry[member] ?? null) !== (stored[member] ?? null));
  if (keyChanged || changed)
    throw badRequest(`Update to existing credential with KeyId '${stored.keyId}' is not allowed.`);
  return stored;
}

/** The documented example: no keyId and no dates, but the certificate itself. */
function sameCertificate(stored: readonly JsonObject[], entry: JsonObject): JsonObject | undefined {
  const given = settled.filter((member) => (entry[member] ?? null) !== null);
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
  const whole = { customKeyIdentifier: null, displayName: null, ...dates, ...entry };
  if (!(Date.parse(String(whole.endDateTime)) > Date.parse(String(whole.startDateTime))))
    throw badRequest('Key credential end date is invalid.');
  return { ...whole, keyId: entry.keyId ?? randomUUID() };
}

function checkMembers(entry: JsonObject): void {
  const unknown = Object.keys(entry).find(
    (name) => !name.includes('@odata.') && !(keyCredentialMembers as readonly string[]).includes(name),
  );
  if (unknown !== undefined)
    throw badRequest(`The property '${unknown}' does not exist on type 'microsoft.graph.keyCredential'.`);
}

/** Graph's sentence about usage does not name Encrypt, which token encryption needs: it is accepted here. */
function checkWord(name: string, value: JsonValue | undefined, known: ReadonlySet<string>, acceptable: string): void {
  if (typeof value === 'string' && known.has(value.toLowerCase())) return;
  throw badRequest(
    `The value for the property "${name}" in one of your credentials is invalid. Acceptable values are ${acceptable}.`,
  );
}
