import { ConsentinelError } from '../model/errors.js';

/**
 * The error of a server that could not listen on a port of this machine, with its fix.
 * @returns the given error if the port did not cause it
 */
export function portError(error: unknown, port: number): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'listen') return error;
  const remedy = 'Remove --port to use a free port.';
  if (code === 'EADDRINUSE')
    return new ConsentinelError('usage-invalid', `Another program uses the port ${port}.`, remedy, { cause: error });
  if (code === 'EACCES')
    return new ConsentinelError('usage-invalid', `This user may not use the port ${port}.`, remedy, { cause: error });
  return error;
}
