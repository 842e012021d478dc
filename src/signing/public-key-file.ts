import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConsentinelError } from '../model/errors.js';

/** The name of the file of the public key. The private key is in a file beside it. */
export const publicKeyName = 'approval-key.pub.pem';

/** The public key beside the key file; empty before its first use. */
export function publicKeysIn(folder: string): readonly string[] {
  try {
    return [readFileSync(path.join(folder, publicKeyName), 'utf8')];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unusableKeyFile(path.join(folder, publicKeyName), error);
  }
}

/** The error of a key file that cannot be read or written. */
export function unusableKeyFile(file: string, error: unknown): ConsentinelError {
  return new ConsentinelError(
    'signing-unavailable',
    `The key file ${file} cannot be used: ${(error as Error).message}`,
    'Make the folder writable. If the file is damaged or was readable by others, delete it: the next approval creates a new key, and open approvals need a new decision.',
    { cause: error },
  );
}
