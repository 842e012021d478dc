import type { KeyCredential } from '../../model/entra/app.js';

/**
 * The entry that Graph returned for each key credential that was read afresh. What is kept of a collection must go back
 * exactly as it came, its public key included, and no other part of the program may hold that.
 * Source: Graph, update application (what is left out is deleted, what is changed is refused).
 */
const returned = new WeakMap<KeyCredential, object>();

/** Remembers the entries of a fresh read. */
export function rememberOriginalCredentials(parsed: readonly KeyCredential[], raw: unknown): void {
  if (!Array.isArray(raw)) return;
  for (const [at, key] of parsed.entries()) if (typeof raw[at] === 'object' && raw[at]) returned.set(key, raw[at]);
}

/**
 * The entries as Graph returned them.
 * @throws Error for an entry that was not read afresh: sending anything else in its place could destroy it
 */
export function originalCredentialsOf(keys: readonly KeyCredential[]): object[] {
  return keys.map((key) => {
    const echo = returned.get(key);
    if (!echo) throw new Error(`The key credential ${key.keyId} was not read afresh.`);
    return echo;
  });
}
