import type { z } from 'zod';
import { ConsentinelError } from '../model/errors.js';
import type { QueueName } from './ports.js';

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
