export type ScanStatus = 'running' | 'complete' | 'incomplete' | 'failed';

/** Whether a scan finished, complete or incomplete; a failed scan did not. */
export function isFinished({ status }: { readonly status: ScanStatus }): boolean {
  return status === 'complete' || status === 'incomplete';
}
