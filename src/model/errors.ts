/** The codes of the program's errors; `docs/errors.md` explains each. */
export const errorCodes = [
  'config-invalid',
  'usage-invalid',
  'credential-missing',
  'credential-rejected',
  'permission-missing',
  'graph-unavailable',
  'graph-malformed',
  'graph-incomplete',
  'graph-rejected',
  'graph-unlicensed',
  'storage-unavailable',
  'storage-rejected',
  'storage-malformed',
  'storage-newer',
  'transfer-refused',
  'scan-in-progress',
  'lease-lost',
  'scan-deadline',
  'brake-applied',
  'finding-unknown',
  'decision-refused',
  'decision-conflict',
  'signing-unavailable',
  'remediation-disabled',
  'remediation-pending',
  'alert-undelivered',
  'request-given-up',
  'aborted',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** An error that a person can act on. Any other error is a defect of the program. */
export class ConsentinelError extends Error {
  override readonly name = 'ConsentinelError';
  /** Where a permission is missing: the application permission to grant. */
  readonly permission?: string | undefined;
  /**
   * @param code one of `errorCodes`
   * @param message what happened, with the field and the value; never a secret
   * @param remedy what to do next
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message of any error: what happened, then what to do. */
export function explain(error: unknown): string {
  if (error instanceof ConsentinelError) return error.remedy ? `${error.message} ${error.remedy}` : error.message;
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error; `defect` for an error that is not a ConsentinelError. */
export function codeOf(error: unknown): string {
  return error instanceof ConsentinelError ? error.code : 'defect';
}
