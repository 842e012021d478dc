/** Names of Graph properties and of evidence that need other words than their own. */
const words: Readonly<Record<string, string>> = {
  appId: 'Application (client) ID',
  objectId: 'Object ID',
  keyId: 'Key ID',
  id: 'ID',
};

/**
 * The label of a property: its name as words in sentence case, for example `First seen` for `firstSeen`, `Redirect URIs` for
 * `redirectUris`.
 */
export function labelOf(name: string): string {
  const known = words[name];
  if (known) return known;
  const parts = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/);
  const text = parts.map((part) => abbreviation(part) ?? part.toLowerCase()).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function abbreviation(part: string): string | undefined {
  const [, stem = '', plural = ''] = /^(id|uri|url|api|upn|dns|ip|jwt|saml)(s?)$/i.exec(part) ?? [];
  return stem ? stem.toUpperCase() + plural.toLowerCase() : undefined;
}
