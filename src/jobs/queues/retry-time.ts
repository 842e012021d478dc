/**
 * The shortest time that the Functions host tries a message before it moves it to the poison queue: `maxDequeueCount` in
 * host.json is 5, so it waits `visibilityTimeout` four times. A minute is taken off for different clocks.
 */
export const shortestRetryTime = 4 * 120_000 - 60_000;

/**
 * Whether a message that was sent at a time can still be in its queue, whatever a poison message says.
 * @param sentAt ISO 8601 UTC, or later than the message was sent
 * @param now ISO 8601 UTC
 */
export function isStillTried(sentAt: string, now: string): boolean {
  return Date.parse(now) - Date.parse(sentAt) < shortestRetryTime;
}
