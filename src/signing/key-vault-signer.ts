import { createHash } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { CryptographyClient, type CryptographyClientOptions } from '@azure/keyvault-keys';
import type { StatementSigner } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { signedBytes } from '../model/remediation/signed-statement.js';

export interface KeyVaultSignerOptions {
  /** The address of the key with its version: `https://{vault}/keys/{name}/{version}`. */
  readonly keyUrl: string;
  readonly credential: TokenCredential;
  /** Whether the vault is a simulator on this machine, which is reached over http. */
  readonly simulated: boolean;
  /** Milliseconds for one request. @default 20000 */
  readonly timeout?: number;
}

/**
 * Signs with a key of Azure Key Vault. The private key never leaves the vault.
 * Source: Key Vault REST, sign (`POST /keys/{name}/{version}/sign`, ES256 takes the SHA-256 digest).
 */
export function createKeyVaultSigner(options: KeyVaultSignerOptions): StatementSigner {
  const { keyUrl, credential, simulated, timeout = 20_000 } = options;
  const clientWith = (source: TokenCredential) => new CryptographyClient(keyUrl, source, clientOptions(simulated));
  let client = clientWith(credential);
  const signDigest = async (digest: Buffer, signal: AbortSignal | undefined) => {
    const request = { requestOptions: { timeout }, ...(signal && { abortSignal: signal }) };
    try {
      return await client.sign('ES256', digest, request);
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      // The token in the cache was revoked, or is of an earlier identity: one attempt with a new token.
      client = clientWith(renewing(credential));
      return client.sign('ES256', digest, request);
    }
  };
  return {
    async sign(statement, signal) {
      const digest = createHash('sha256').update(signedBytes(statement)).digest();
      try {
        const { result } = await signDigest(digest, signal);
        return { statement, keyId: keyUrl, signature: Buffer.from(result).toString('base64url') };
      } catch (error) {
        if (signal?.aborted) throw error;
        throw notSigned(error, keyUrl);
      }
    },
  };
}

/** A credential that requests its first token anew, in spite of a cache. */
function renewing(credential: TokenCredential): TokenCredential {
  let renew = true;
  return {
    getToken(scopes, options) {
      const token = credential.getToken(scopes, { ...options, renew } as typeof options);
      renew = false;
      return token;
    },
  };
}

/**
 * The client accepts http only with a policy, and a challenge only for the domain of the vault: a simulator on this
 * machine is neither. For a real vault both checks stay on, so a token never goes to another host.
 */
function clientOptions(simulated: boolean): CryptographyClientOptions {
  const retryOptions = { maxRetries: 2 };
  if (!simulated) return { retryOptions };
  const policy: NonNullable<CryptographyClientOptions['additionalPolicies']>[number]['policy'] = {
    name: 'simulatedVault',
    sendRequest: (request, next) => {
      request.allowInsecureConnection = true;
      return next(request);
    },
  };
  return {
    retryOptions,
    disableChallengeResourceVerification: true,
    additionalPolicies: [{ policy, position: 'perCall' }],
  };
}

function notSigned(error: unknown, keyUrl: string): ConsentinelError {
  const statusCode = statusOf(error);
  const [reason = ''] = String((error as Error)?.message ?? error).split('\n');
  const status = statusCode ? ` (HTTP ${statusCode})` : '';
  return new ConsentinelError(
    'signing-unavailable',
    `Key Vault did not sign the approval with ${keyUrl}${status}: ${reason}`,
    statusCode === 403
      ? 'Grant the identity of the web app the role Key Vault Crypto User on the key.'
      : 'Check APPROVAL_SIGNING_KEY and that the key is enabled, then decide again. Nothing was stored.',
    { cause: error },
  );
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | undefined)?.statusCode;
}
