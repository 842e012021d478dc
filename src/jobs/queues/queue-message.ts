import type { z } from 'zod';
import { ConsentinelError } from '../../model/errors.js';
import type { QueueName } from '../ports/index.js';

/**
 * Parses a message of a queue.
 * @param message as it came; everyone who may write to the queue may have sent it
 * @throws ConsentinelError `usage-invalid` if it does not match the schema; names the first invalid member
 */
export function readMessage<S extends z.ZodObject>(queue: QueueName, schema: S, message: unknown): z.infer<S> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const { path, message: fault } = parsed.error.issues[0] ?? { path: [], message: 'not an object' };
  const members = Object.keys(schema.shape).map((name) => `"${name}": "..."`);
  throw new ConsentinelError(
    'usage-invalid',
    `A message on ${queue} is invalid (${path.join('.') || 'message'}: ${fault}).`,
    `The message goes to the poison queue. Send {${members.join(', ')}}.`,
  );
}

/**
 * Refuses a message of another tenant. It may remain from a time when the installation had several tenants: it must not
 * be processed, or reported, for the present tenant.
 * @throws ConsentinelError `usage-invalid`; errors of reading the tenant's id
 */
export async function requireTenant(
  queue: QueueName,
  named: string,
  { tenantId }: { tenantId(): Promise<string> },
): Promise<void> {
  if (named === (await tenantId())) return;
  throw new ConsentinelError(
    'usage-invalid',
    `A message on ${queue} names the tenant ${JSON.stringify(named)}, which this process does not serve.`,
    'The message goes to the poison queue. To scan the tenant, add it to TENANT_IDS.',
  );
}
