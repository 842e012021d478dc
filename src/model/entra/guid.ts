/** A GUID as Microsoft Graph writes ids: 8-4-4-4-12 hexadecimal digits, in either case. Source: RFC 9562, section 4. */
export const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a GUID, without blanks around it. */
export function isGuid(text: string | undefined): text is string {
  return text !== undefined && guidPattern.test(text);
}
