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

/** Whether a credential threw the error. It compares names, because a bundle can contain the library twice. */
export function isCredentialError(error: unknown): boolean {
  return error instanceof ConsentinelError || credentialErrors.has(String(member(error, 'name')));
}

/** What is wrong with a credential, and how to fix it. */
export interface CredentialProblem {
  readonly message: string;
  readonly remedy: string;
}

/**
 * The error for a credential that returned no token.
 * @param reason what the credential threw; the first line of its message becomes part of the error
 * @param problem replaces message and remedy when the caller knows the problem
 */
export function credentialMissing(reason: unknown, problem?: CredentialProblem): ConsentinelError {
  // The program's own credentials throw complete errors.
  if (reason instanceof ConsentinelError) return reason;
  const message = messageOf(reason) ?? 'no reason given.';
  if (!problem && isUnreachableIdentity(message))
    return new ConsentinelError(
      'credential-missing',
      'The endpoint of the managed identity does not answer, so there is no access token for Microsoft Graph.',
      'If IDENTITY_ENDPOINT comes from `consentinel simulate`, start it again and set what it prints. Otherwise check the managed identity of the app, or unset IDENTITY_ENDPOINT and sign in with `az login`.',
      { cause: reason },
    );
  return new ConsentinelError(
    'credential-missing',
    problem?.message ??
      `The credential returned no access token for Microsoft Graph: ${message}${/[.!?]$/.test(message) ? '' : '.'}`,
    problem?.remedy ??
      'Sign in with `az login`, or assign a managed identity to the app. Set READER_CLIENT_ID for a user-assigned identity.',
    { cause: reason },
  );
}

/** Source: @azure/identity, `ManagedIdentityCredential.getToken`, for the code `network_error` of MSAL. */
function isUnreachableIdentity(message: string): boolean {
  return message.startsWith('ManagedIdentityCredential: Network unreachable');
}

/**
 * Why a connection failed: the code of the error or of its causes (`ECONNRESET`), else the message of the innermost cause.
 * @returns undefined for an error without code and cause, which is a defect of the program
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
