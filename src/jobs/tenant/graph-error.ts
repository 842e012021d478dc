import { ConsentinelError } from '../../model/errors.js';

/**
 * Whether Graph caused an error, by its answer, its permissions or its tokens: the caller may go on without the data.
 */
export function isGraphError(error: unknown): error is ConsentinelError {
  return error instanceof ConsentinelError && /^(graph|permission|credential)-/.test(error.code);
}
