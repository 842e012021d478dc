/**
 * The canonical JSON of a value: properties sorted by name at every depth, without those that JSON drops. Equal values
 * have equal texts, before and after they were stored. A name that is an array index goes before the other names, in
 * numeric order, as in every JavaScript object.
 */
export function canonicalJson(value: unknown): string {
  const text = textOf(value);
  if (text === undefined) throw new TypeError('The value has no JSON.');
  return text;
}

/** @returns undefined for what JSON drops */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (hasToJson(value)) return textOf(value.toJSON());
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item) ?? 'null').join(',')}]`;
  let members = '';
  for (const name of namesOf(value)) {
    const member = textOf((value as Record<string, unknown>)[name]);
    if (member !== undefined) members += `${members && ','}${JSON.stringify(name)}:${member}`;
  }
  return `{${members}}`;
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/** An object lists the names that are array indexes first: if the first name is none, no name is. */
function namesOf(value: object): readonly string[] {
  const names = Object.keys(value);
  const [first = ''] = names;
  names.sort();
  if (String(Number(first)) !== first) return names;
  return Object.keys(Object.fromEntries(names.map((name) => [name, true])));
}
