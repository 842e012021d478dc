import type { ReadResult } from '../../model/diagnosis/diagnosis.js';
import { ConsentinelError } from '../../model/errors.js';

/**
 * Reads, or returns why Graph refused it.
 * @throws a defect, an abort, or the error of an identity of another tenant: they end the diagnosis
 */
export async function read<T>(from: () => Promise<T>): Promise<ReadResult<T>> {
  try {
    return { found: await from() };
  } catch (error) {
    if (!(error instanceof ConsentinelError) || ['aborted', 'config-invalid'].includes(error.code)) throw error;
    return { reason: error.message, fix: error.remedy, code: error.code };
  }
}
