import { ConsentinelError } from '../model/errors.js';

/** A call to storage, described for error messages. */
export interface StorageOperation {
  /** A verb phrase, for example `write findings`. */
  readonly action: string;
  /** `table findings`, `queue alerts`. */
  readonly target: string;
}

/** A conflict in the file of the embedded storage: the row exists already, is deleted, or has another version. */
export class TableConflict extends Error {
  override readonly name = 'TableConflict';
  /** @param operation the index of the write in its transaction */
  constructor(
    readonly kind: 'exists' | 'missing' | 'changed',
    readonly operation: number,
  ) {
    super(`Write ${operation} of a transaction failed: the row ${problems[kind]}.`);
  }
}

const problems = { exists: 'exists', missing: 'does not exist', changed: 'has another version' } as const;

/** The errors of the two SDKs. They are recognized by name, because each SDK can contain its own class. */
interface RestFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly request?: { readonly requestId?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** Temporary states of the service. Source: Azure Storage, status and error codes. */
const transientStatuses = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Makes one call to storage and converts its errors.
 * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `credential-missing` or `credential-rejected`; any
 * other error is a defect and passes unchanged
 */
export async function withStorageErrors<T>(operation: StorageOperation, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storageError(error, operation);
  }
}

/**
 * The error for a failed call. It has no `cause`, because the original error contains the request and its signature.
 * @returns a ConsentinelError, or the error itself if it does not come from storage
 */
export function storageError(error: unknown, operation: StorageOperation): unknown {
  const credential = credentialError(error);
  if (credential) return credential;
  if (error instanceof TableConflict) return conflict(error, operation);
  if (!isRestFailure(error)) return error;
  if (error.statusCode === undefined || transientStatuses.has(error.statusCode)) return unavailable(error, operation);
  if (error.statusCode === 401 || error.statusCode === 403) return forbidden(error, operation);
  return new ConsentinelError('storage-rejected', sentence('refused', error, operation), remedyOf(error));
}

/** The HTTP status of a storage error; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  return isRestFailure(error) ? error.statusCode : undefined;
}

/** Whether the row does not exist, although its table does. */
export function isMissing(error: unknown): boolean {
  return isRestFailure(error) && error.statusCode === 404 && storageCode(error) !== 'TableNotFound';
}

export function isMissingQueue(error: unknown): boolean {
  return storageCode(error) === 'QueueNotFound';
}

/** Whether another writer was faster: the row exists already, is deleted, or has another version. */
export function isConflict(error: unknown): boolean {
  if (error instanceof TableConflict) return true;
  const status = statusOf(error);
  return status === 409 || status === 412 ? !/^Table|^Queue/.test(storageCode(error) ?? '') : isMissing(error);
}

/**
 * The index of the operation that failed in a transaction. The service reports it at the start of the message.
 * Source: Performing entity group transactions, sample error response.
 */
export function failedOperation(error: unknown): number | undefined {
  if (error instanceof TableConflict) return error.operation;
  const index = /^\s*(\d+):/.exec(detailOf(error))?.[1];
  return index === undefined ? undefined : Number(index);
}

function conflict({ kind }: TableConflict, { action: doing, target }: StorageOperation): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `Storage refused, to ${doing} (${target}): the row ${problems[kind]}.`,
    'Another process changed it at the same time. Run the command again.',
  );
}

function unavailable(error: RestFailure, operation: StorageOperation): ConsentinelError {
  const what =
    error.statusCode !== undefined
      ? 'is not available'
      : isTimeout(error)
        ? 'did not answer in time'
        : 'could not be reached';
  return new ConsentinelError(
    'storage-unavailable',
    sentence(what, error, operation),
    'Check the address in AzureWebJobsStorage or ConsentinelStorage, and the network, then run the command again. Every write is complete or absent.',
  );
}

/** Source: `timeouts.ts`; the SDKs report an aborted call as an AbortError. */
function isTimeout({ name, code }: RestFailure): boolean {
  return name === 'AbortError' || code === 'ETIMEDOUT';
}

function forbidden(error: RestFailure, operation: StorageOperation): ConsentinelError {
  const service = operation.target.startsWith('queue')
    ? 'Queue'
    : operation.target.startsWith('the container')
      ? 'Blob'
      : 'Table';
  const role = `Storage ${service} Data Contributor`;
  return new ConsentinelError(
    'storage-rejected',
    sentence('refused', error, operation),
    `Give the identity the role "${role}" on the storage account (effective after some minutes), or check the key in AzureWebJobsStorage or ConsentinelStorage. Check that the firewall of the account permits this machine.`,
  );
}

function remedyOf(error: RestFailure): string | undefined {
  const missing = /^(TableNotFound|QueueNotFound)$/.test(storageCode(error) ?? '');
  return missing ? 'It does not exist. Run any command of the CLI or a scan to create it.' : undefined;
}

function sentence(what: string, error: RestFailure, { action: doing, target }: StorageOperation): string {
  const status = error.statusCode === undefined ? undefined : `HTTP ${error.statusCode}`;
  const id = error.response?.headers?.get('x-ms-request-id') ?? error.request?.requestId;
  const facts = [status, storageCode(error), id && `request ${id}`].filter(Boolean).join(', ');
  return `Storage ${what}, to ${doing} (${target})${facts && `: ${facts}`}.`;
}

/** The code of the service or the network: `EntityAlreadyExists`, `ECONNREFUSED`. The message can contain a signed URL. */
function storageCode(error: unknown): string | undefined {
  if (!isRestFailure(error)) return undefined;
  const inBody = (error as { details?: { odataError?: { code?: string }; errorCode?: string } }).details;
  return inBody?.odataError?.code ?? inBody?.errorCode ?? error.code;
}

function detailOf(error: unknown): string {
  return isRestFailure(error) ? error.message : '';
}

/** The error for an error of `@azure/identity`, recognized by its documented name: no credential, or a failed sign-in. */
function credentialError(error: unknown): ConsentinelError | undefined {
  if (!(error instanceof Error)) return undefined;
  const remedy = 'Sign in with `az login`, or give the function app a user-assigned identity and its client id.';
  if (/^(CredentialUnavailableError|CredentialUnavailable|AggregateAuthenticationError)$/.test(error.name))
    return new ConsentinelError('credential-missing', `No credential for storage: ${firstLine(error)}`, remedy);
  if (/^(AuthenticationError|AuthenticationRequiredError)$/.test(error.name))
    return new ConsentinelError('credential-rejected', `The sign-in to storage failed: ${firstLine(error)}`, remedy);
  return undefined;
}

function firstLine(error: Error): string {
  return error.message.split('\n', 1)[0] ?? '';
}

function isRestFailure(error: unknown): error is RestFailure {
  return error instanceof Error && (error.name === 'RestError' || error.name === 'AbortError');
}
