/**
 * The wait that a response asks for in its `Retry-After` header.
 * Source: RFC 9110, sections 10.2.3 (seconds or an HTTP date) and 5.6.7 (forms of dates). Microsoft Graph and Power
 * Platform also send decimal seconds; Microsoft Graph, throttling.
 * @param retryAfter the value of `Retry-After`
 * @param date the value of `Date` of the same response: the server's clock, which may differ from the local clock
 * @returns milliseconds, at least 0; undefined for an absent or unreadable value, and for a date without `Date`
 */
export function retryAfterMilliseconds(
  retryAfter: string | null | undefined,
  date?: string | null,
): number | undefined {
  const value = retryAfter?.trim() ?? '';
  if (/^\d+(\.\d*)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  // Date.parse also reads texts that are no HTTP date, such as `-5`.
  if (!/^[a-z]{3,9},? /i.test(value)) return undefined;
  const delay = Date.parse(value) - Date.parse(date ?? '');
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}
