import { createHash } from 'node:crypto';
import { type Outbox, queueNames } from '../ports/index.js';

/** The occurrence of the schedule for which the timer fires, as the Functions host reports it. */
export interface Occurrence {
  readonly last?: string;
  readonly next?: string;
}

/**
 * The id of an occurrence: the same if the timer fires twice for it, after a retry or a restart.
 * @param now used if the host reports no occurrence, ISO 8601 UTC
 * @returns 16 hexadecimal digits
 */
export function occurrenceId(occurrence: Occurrence | undefined, now: string): string {
  const time = occurrence?.last || occurrence?.next ? `${occurrence.last} ${occurrence.next}` : now;
  return createHash('sha256').update(time).digest('hex').slice(0, 16);
}

/**
 * Sends a message to `scan-requests` for each tenant.
 * @param tenantIds empty if the installation has one tenant, which the message need not name
 * @throws ConsentinelError if a message could not be sent; the messages to the other tenants were sent
 */
export async function requestInTenants(outbox: Outbox, message: object, tenantIds: readonly string[]): Promise<void> {
  const tenants = tenantIds.length > 0 ? tenantIds.map((tenantId) => ({ tenantId })) : [{}];
  const failures: unknown[] = [];
  for (const tenant of tenants)
    await outbox
      .send(queueNames.scanRequests, { ...message, ...tenant })
      .catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
