import { ConsentinelError } from '../model/errors.js';

/** What was asked of storage: words for the error message. */
export interface Asked {
  /** A verb phrase, for example `write findings`. */
  readonly doing: string;
  /** `table findings`, `queue alerts`. */
  readonly target: string;
}

/** What the two SDKs throw, as far as it is read; recognised by shape, since each SDK may bring its own class. */
interface RestFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly request?: { readonly requestId?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** Passing states of the service; source: Azure Storage, status and error codes. */
const passing = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Makes one call to storage and turns what it throws into words for a person.
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`; a defect of the program passes unchanged
 */
export async function ask<T>(asked: Asked, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storageError(error, asked);
  }
}

/**
 * What a failed call means. The original error is not kept as `cause`: it carries the request with its signature.
 * @returns a ConsentinelError, or the error itself where it is not storage that failed
 */
export function storageError(error: unknown, asked: Asked): unknown {
  const credential = credentialError(error);
  if (credential) return credential;
  if (!isRestFailure(error)) return error;
  if (error.statusCode === undefined || passing.has(error.statusCode)) return unavailable(error, asked);
  if (error.statusCode === 401 || error.statusCode === 403) return forbidden(error, asked);
  return new ConsentinelError('storage-rejected', sentence('refused', error, asked), remedyOf(error));
}

/** The HTTP status of a failure of storage; undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  return isRestFailure(error) ? error.statusCode : undefined;
}

/** The row is not there (and its table is). */
export function isMissing(error: unknown): boolean {
  return isRestFailure(error) && error.statusCode === 404 && storageCode(error) !== 'TableNotFound';
}

/** Another writer was there first: the row exists, is gone, or is another version than the one named. */
export function isConflict(error: unknown): boolean {
  const status = statusOf(error);
  return status === 409 || status === 412 ? !/^Table|^Queue/.test(storageCode(error) ?? '') : isMissing(error);
}

/**
 * Which operation of a transaction failed; the service puts its number before the message.
 * Source: Performing entity group transactions, sample error response.
 */
export function failedOperation(error: unknown): number | undefined {
  const index = /^\s*(\d+):/.exec(detailOf(error))?.[1];
  return index === undefined ? undefined : Number(index);
}

function unavailable(error: RestFailure, asked: Asked): ConsentinelError {
  const what = error.statusCode === undefined ? 'could not be reached' : 'is not available';
  return new ConsentinelError(
    'storage-unavailable',
    sentence(what, error, asked),
    'Check the address in AzureWebJobsStorage and the network, then run it again: nothing is left half-written.',
  );
}

function forbidden(error: RestFailure, asked: Asked): ConsentinelError {
  const role = asked.target.startsWith('queue') ? 'Storage Queue Data Contributor' : 'Storage Table Data Contributor';
  return new ConsentinelError(
    'storage-rejected',
    sentence('refused', error, asked),
    `Give the identity the role "${role}" on the storage account (it takes some minutes to be effective), or check the key in AzureWebJobsStorage and that the account's firewall lets this machine in.`,
  );
}

function remedyOf(error: RestFailure): string | undefined {
  const missing = /^(TableNotFound|QueueNotFound)$/.test(storageCode(error) ?? '');
  return missing ? 'It was deleted, or never made: any command of the CLI makes it, and so does a scan.' : undefined;
}

function sentence(what: string, error: RestFailure, { doing, target }: Asked): string {
  const status = error.statusCode === undefined ? undefined : `HTTP ${error.statusCode}`;
  const id = error.response?.headers?.get('x-ms-request-id') ?? error.request?.requestId;
  const facts = [status, storageCode(error), id && `request ${id}`].filter(Boolean).join(', ');
  return `Storage ${what}, to ${doing} (${target})${facts && `: ${facts}`}.`;
}

/** The service's own code: `EntityAlreadyExists`, `ECONNREFUSED`. Never the message, which may quote a signed URL. */
function storageCode(error: unknown): string | undefined {
  if (!isRestFailure(error)) return undefined;
  const inBody = (error as { details?: { odataError?: { code?: string }; errorCode?: string } }).details;
  return inBody?.odataError?.code ?? inBody?.errorCode ?? error.code;
}

function detailOf(error: unknown): string {
  return isRestFailure(error) ? error.message : '';
}

/** Errors of `@azure/identity`, by their documented names: nobody is signed in, or the sign-in was refused. */
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
