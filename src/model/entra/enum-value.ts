/**
 * Whether a value of an enumeration is the wanted one, without regard to case.
 * @param wanted in lower case
 * @param documented all documented values, in lower case
 * @returns null for null, and for a value that is not documented: it can mean anything
 */
export function isEnumValue(
  value: string | null | undefined,
  wanted: string,
  documented: readonly string[],
): boolean | null {
  const text = value?.toLowerCase() ?? '';
  if (text === wanted) return true;
  return documented.includes(text) ? false : null;
}

/** Whether a value of an enumeration is documented. @param documented in lower case */
export function isDocumented(value: string | null | undefined, documented: readonly string[]): boolean {
  return documented.includes(value?.toLowerCase() ?? '');
}
