import type { TokenCredential, TokenCredentialOptions } from '@azure/identity';
import { isLoopback } from '../../config.js';
import { ConsentinelError } from '../../model/errors.js';
import { RenewableDefaultCredential, RenewableManagedIdentity } from './renewable-credential.js';
import { createTokenHttpClient } from './token-http-client.js';

/** What decides on the source of access tokens. */
export interface CredentialSettings {
  /** Whether Graph is a simulator on this machine. */
  readonly simulated: boolean;
  /** The client id of a user-assigned identity. */
  readonly clientId?: string;
  /** The environment of the process. `@azure/identity` itself reads the same variables from `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly requests?: TokenRequestOptions;
}

/** The time limit and the waits of token requests, in milliseconds. Tests shorten them. */
export interface TokenRequestOptions {
  /** For one request. @default 20000 */
  readonly timeout?: number;
  /** Before the first of at most three repetitions; each further wait is twice as long. @default 1000 */
  readonly retryDelay?: number;
}

/** For one command of the Azure CLI, Azure PowerShell or the Azure Developer CLI. */
const processTimeout = 30_000;

/**
 * The credential of this process: the managed identity if the platform provides one (IDENTITY_ENDPOINT), else the
 * credential with which the developer is signed in.
 * Source: App Service and Functions, managed identity REST endpoint; @azure/identity, DefaultAzureCredential.
 * @throws ConsentinelError `config-invalid` if a simulator could receive a real token
 */
export function createCredential(settings: CredentialSettings): TokenCredential {
  const { simulated, clientId, environment, requests } = settings;
  const options = tokenRequestOptions(requests);
  if (simulated) refuseRealTokens(environment);
  if (simulated || environment.IDENTITY_ENDPOINT) {
    const federated = Boolean(environment.AZURE_FEDERATED_TOKEN_FILE);
    return new RenewableManagedIdentity({ ...options, ...(clientId && { clientId }) }, federated);
  }
  return new RenewableDefaultCredential({
    ...options,
    processTimeoutInMs: processTimeout,
    ...(clientId && { managedIdentityClientId: clientId }),
  });
}

/** The options with which a credential of `@azure/identity` ends and repeats its requests. */
export function tokenRequestOptions({ timeout, retryDelay }: TokenRequestOptions = {}): TokenCredentialOptions {
  const retryOptions = { maxRetries: 3, ...(retryDelay !== undefined && { retryDelayInMs: retryDelay }) };
  return { httpClient: createTokenHttpClient(timeout), retryOptions };
}

/** A managed identity uses a federated token first, and the endpoint of the machine last. Both give real tokens. */
function refuseRealTokens(environment: CredentialSettings['environment']): void {
  const local = isLoopback(environment.IDENTITY_ENDPOINT ?? '') && environment.IDENTITY_HEADER;
  if (local && !environment.AZURE_FEDERATED_TOKEN_FILE && !environment.IDENTITY_SERVER_THUMBPRINT) return;
  throw new ConsentinelError(
    'config-invalid',
    'A simulated Graph accepts simulated tokens only, so that no real token reaches it.',
    'Set IDENTITY_ENDPOINT and IDENTITY_HEADER as `consentinel simulate` prints them, and unset AZURE_FEDERATED_TOKEN_FILE and IDENTITY_SERVER_THUMBPRINT.',
  );
}

/** The claims of an access token that the program reads. */
export interface Claims {
  /** The tenant id. */
  tid?: string;
  /** The object id of the user or service principal. */
  oid?: string;
  /** The client id of the app. */
  appid?: string;
  upn?: string;
  /** The granted application permissions. */
  roles?: string[];
}

/**
 * Reads the claims of an access token without validating its signature: for labels and hints, never for decisions on
 * access. Graph's tokens are opaque by contract, so the result can be undefined for any token.
 * Source: Microsoft identity platform, access tokens.
 * @returns undefined for a token that is not a JWT
 */
export function claimsOf(token: string): Claims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null
      ? knownClaims(payload as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function knownClaims(payload: Record<string, unknown>): Claims {
  const claims: Claims = {};
  for (const name of ['tid', 'oid', 'appid', 'upn'] as const) {
    const value = payload[name];
    if (typeof value === 'string') claims[name] = value;
  }
  const { roles } = payload;
  if (Array.isArray(roles)) claims.roles = roles.filter((role): role is string => typeof role === 'string');
  return claims;
}
