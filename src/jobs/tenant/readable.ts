import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { ConsentinelError } from '../../model/errors.js';

/**
 * The object of a direct read.
 * @throws ConsentinelError `graph-malformed` for an unreadable object: it exists, but nothing is known of it
 */
export function readable<T>(found: T | UnreadableObject | undefined): T | undefined {
  if (found instanceof UnreadableObject) throw unreadable(found);
  return found;
}

/** The error for an object that must be read. The message contains untrusted text. */
export function unreadable({ label, facts }: UnreadableObject): ConsentinelError {
  return new ConsentinelError(
    'graph-malformed',
    `Graph returned the ${label} with an undocumented property value: ${facts.property}.`,
    'Check this object in the Entra admin center.',
  );
}
