/** The value of `$select`: the properties, and those that every object needs. */
export function selectList(select: readonly string[]): string {
  return [...new Set(['id', 'appId', 'displayName', ...select])].join(',');
}
