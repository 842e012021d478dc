import { ConsentinelError } from '../../model/errors.js';

/** The result of one check. */
export interface Check {
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'fails' | 'unknown';
  readonly detail: string;
  readonly fix?: string;
}

/** A check with its outcome; `fix` is what to do about it. */
export function checked(check: string, outcome: Check['outcome'], detail: string, fix?: string): Check {
  return { check, outcome, detail, ...(fix && { fix }) };
}

/**
 * Runs checks; a ConsentinelError becomes a failed check.
 * @param check the name of the failed check
 * @throws any error that is not a ConsentinelError
 */
export async function examine(check: string, run: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ConsentinelError)) throw error;
    return [checked(check, 'fails', error.message, error.remedy)];
  }
}
