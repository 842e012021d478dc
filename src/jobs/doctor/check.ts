import { ConsentinelError } from '../../model/errors.js';

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'fails' | 'unknown';
  readonly detail: string;
  readonly fix?: string;
}

/** A check that ended so, and what to do about it. */
export function checked(check: string, outcome: Check['outcome'], detail: string, fix?: string): Check {
  return { check, outcome, detail, ...(fix && { fix }) };
}

/**
 * Looks, and tells of what stood in the way as of any other fault.
 * @throws whatever is a defect of the program
 */
export async function looked(check: string, look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ConsentinelError)) throw error;
    return [checked(check, 'fails', error.message, error.remedy)];
  }
}
