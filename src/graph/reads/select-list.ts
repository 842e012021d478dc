/** The properties, and those that every object needs. */
export function selectedProperties(select: readonly string[]): readonly string[] {
  return [...new Set(['id', 'appId', 'displayName', ...select])];
}

/** The value of `$select`: the properties, and those that every object needs. */
export function selectList(select: readonly string[]): string {
  return selectedProperties(select).join(',');
}
