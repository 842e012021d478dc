/** Credentials as Graph showed them. */
type Shown = Readonly<Record<string, unknown>>;

/** The entries of `keyCredentials` of an object; empty if it has none. */
export function shownKeysOf(object: object): Shown[] {
  const { keyCredentials } = object as { keyCredentials?: unknown };
  return Array.isArray(keyCredentials) ? keyCredentials.filter((key) => typeof key === 'object' && key !== null) : [];
}

/** How the `key` of credentials is shown, by type and usage. Contains no key and no id. */
export function keyFacts(objects: readonly object[]): { answer: string; details: readonly string[] } {
  const counts = new Map<string, number>();
  for (const key of objects.flatMap(shownKeysOf)) {
    const state = !('key' in key) ? 'absent' : key.key === null ? 'null' : 'returned';
    const name = `${known(key.type, types)}/${known(key.usage, usages)}: ${state}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const details = [...counts].map(([name, count]) => `${name} (${count})`).sort();
  if (details.length === 0) return { answer: 'no credential among the first objects', details };
  const states = ['returned', 'null', 'absent'].filter((state) => details.some((text) => text.includes(`: ${state} `)));
  return { answer: states.join(' and '), details };
}

const types = ['Symmetric', 'AsymmetricX509Cert', 'X509CertAndPassword'];
const usages = ['Sign', 'Verify', 'Encrypt'];

/** Both are open strings, so any other text could say anything. */
function known(value: unknown, names: readonly string[]): string {
  return names.find((name) => name.toLowerCase() === String(value).toLowerCase()) ?? 'other';
}
