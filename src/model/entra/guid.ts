/**
 * The source of a pattern for a GUID inside a text, as Microsoft Graph writes ids: 8-4-4-4-12 hexadecimal digits. Source:
 * RFC 9562, section 4.
 */
export const guidSource = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** A whole GUID, in either case. */
export const guidPattern = new RegExp(`^${guidSource}$`, 'i');

/** Whether a text is a GUID, without blanks around it. */
export function isGuid(text: string | undefined): text is string {
  return text !== undefined && guidPattern.test(text);
}
