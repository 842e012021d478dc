export type ScanStatus = 'running' | 'complete' | 'incomplete' | 'failed';

/** Whether a scan came to an end of its own, complete or not. */
export function isFinished({ status }: { readonly status: ScanStatus }): boolean {
  return status === 'complete' || status === 'incomplete';
}
