import type { KeyCredential } from '../../model/entra/app.js';

/**
 * The entry that Graph returned for each key credential of a fresh read. A PATCH must return the remaining entries of a
 * collection unchanged, including the public key, which no other part of the program may store.
 * Source: Graph, update application (omitted entries are deleted, changed entries are refused).
 */
const returned = new WeakMap<KeyCredential, object>();

/**
 * Remembers the entries of a fresh read.
 * @param parsed the key credentials
 * @param raw the collection that Graph returned, in the same order
 */
export function rememberOriginalCredentials(parsed: readonly KeyCredential[], raw: unknown): void {
  if (!Array.isArray(raw)) return;
  for (const [at, key] of parsed.entries()) if (typeof raw[at] === 'object' && raw[at]) returned.set(key, raw[at]);
}

/**
 * The entries exactly as Graph returned them.
 * @throws Error for a key credential that does not come from a fresh read: any other entry could destroy it
 */
export function originalCredentialsOf(keys: readonly KeyCredential[]): object[] {
  return keys.map((key) => {
    const original = returned.get(key);
    if (!original) throw new Error(`Consentinel did not read the key credential ${key.keyId} again.`);
    return original;
  });
}
