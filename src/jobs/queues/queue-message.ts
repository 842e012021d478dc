import type { z } from 'zod';
import { ConsentinelError } from '../../model/errors.js';
import type { QueueName } from '../ports/index.js';

/**
 * A message of a queue as its schema has it.
 * @param message as it came: anybody who may write to the queue may have made it
 * @throws ConsentinelError `usage-invalid` that names the first member at fault
 */
export function readMessage<S extends z.ZodObject>(queue: QueueName, schema: S, message: unknown): z.infer<S> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const { path, message: fault } = parsed.error.issues[0] ?? { path: [], message: 'not an object' };
  const members = Object.keys(schema.shape).map((name) => `"${name}": "..."`);
  throw new ConsentinelError(
    'usage-invalid',
    `A message on ${queue} is not of its form (${path.join('.') || 'message'}: ${fault}).`,
    `It goes to the poison queue; send {${members.join(', ')}}.`,
  );
}

/**
 * Refuses a message that is left from a time when there were several tenants: what it asks for must not be done with
 * another one, nor told as if it were of that one.
 * @throws ConsentinelError `usage-invalid`, and whatever keeps the tenant at work from being known
 */
export async function mustBeAtWork(
  queue: QueueName,
  named: string,
  { tenantId }: { tenantId(): Promise<string> },
): Promise<void> {
  if (named === (await tenantId())) return;
  throw new ConsentinelError(
    'usage-invalid',
    `A message on ${queue} names the tenant ${JSON.stringify(named)}, which is not the one at work.`,
    'Name the tenant in TENANT_IDS if it is still looked after; this message goes to the poison queue.',
  );
}
