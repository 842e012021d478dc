import { ConsentinelError } from '../../model/errors.js';
import { firstLine } from './error-body.js';

const credentialErrors = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
  // The Graph client's name for a credential that answers null.
  'Access token is undefined',
]);

/** Whether something thrown comes from a credential. By name, since a bundle may hold the library twice. */
export function isCredentialError(error: unknown): boolean {
  return error instanceof ConsentinelError || credentialErrors.has(String(member(error, 'name')));
}

/** What is wrong with a credential, and what to do. */
export interface Trouble {
  readonly message: string;
  readonly remedy: string;
}

/**
 * The error for a credential that gave no token; the first line of its reason says what was tried.
 * @param trouble what is wrong, where the credential knows better
 */
export function credentialMissing(reason: unknown, trouble?: Trouble): ConsentinelError {
  // A credential of ours has said it all.
  if (reason instanceof ConsentinelError) return reason;
  return new ConsentinelError(
    'credential-missing',
    trouble?.message ??
      `There is no access token for Microsoft Graph: ${messageOf(reason) ?? 'the credential gave none.'}`,
    trouble?.remedy ??
      'Sign in with `az login`, or give the app a managed identity and, if it is a user-assigned one, name it in READER_CLIENT_ID.',
    { cause: reason },
  );
}

/**
 * Why a connection failed, in a word or two: the innermost code (`ECONNRESET`), else the innermost message.
 * @returns undefined where the error is something else, a defect
 */
export function networkReason(error: unknown): string | undefined {
  const code = member(error, 'code');
  if (typeof code === 'string') return code;
  const cause = member(error, 'cause');
  return cause === undefined ? undefined : (networkReason(cause) ?? messageOf(cause) ?? 'the connection failed');
}

function messageOf(error: unknown): string | undefined {
  const message = member(error, 'message');
  return typeof message === 'string' && message !== '' ? firstLine(message) : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
