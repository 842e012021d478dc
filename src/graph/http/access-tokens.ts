import type { GetTokenOptions, TokenCredential } from '@azure/identity';
import { credentialMissing } from './faults.js';

/** The options of `getToken` that the credentials of this program understand in addition to those of the library. */
export interface RenewableTokenOptions extends GetTokenOptions {
  /** Requests a new token, although the cache of the credential has one that has not expired. */
  readonly renew?: boolean;
}

/** The access tokens of one credential for one scope. The credential caches them. */
export class AccessTokens {
  #renewal: { readonly rejected: string; readonly done: Promise<void> } | undefined;

  constructor(
    private readonly credential: TokenCredential,
    private readonly scope: string,
  ) {}

  /** @throws ConsentinelError `credential-missing` if the credential returns none; else what the credential throws */
  async current(abortSignal?: AbortSignal): Promise<string> {
    return this.#request(abortSignal ? { abortSignal } : {});
  }

  /**
   * Requests a token in place of one that Graph rejected. Calls with the same rejected token share one request.
   * Source: Microsoft identity platform, claims challenges (`claims` of a `WWW-Authenticate` header).
   * @param rejected the token; left out, the request is always sent
   * @param claims the decoded claims challenge
   * @throws as `current`
   */
  async renew(rejected?: string, claims?: string): Promise<void> {
    if (rejected === undefined || this.#renewal?.rejected !== rejected) {
      const options: RenewableTokenOptions = { renew: true, ...(claims !== undefined && { claims }) };
      this.#renewal = { rejected: rejected ?? '', done: this.#request(options).then(() => undefined) };
    }
    const { done } = this.#renewal;
    try {
      await done;
    } catch (error) {
      if (this.#renewal?.done === done) this.#renewal = undefined;
      throw error;
    }
  }

  async #request(options: RenewableTokenOptions): Promise<string> {
    const token = await this.credential.getToken(this.scope, options);
    if (!token) throw credentialMissing(undefined);
    return token.token;
  }
}

/**
 * The claims challenge of a response.
 * Source: Microsoft identity platform, "Claims challenges, claims requests and client capabilities": a parameter
 * `claims` in Base64 next to `error="insufficient_claims"`.
 * @param header the value of `WWW-Authenticate`
 * @returns the decoded claims (JSON); undefined without a challenge, and for one that cannot be decoded
 */
export function claimsChallengeIn(header: string | null | undefined): string | undefined {
  if (!header || !/\berror\s*=\s*"?insufficient_claims"?/i.test(header)) return undefined;
  const encoded = /\bclaims\s*=\s*"?([\w+/=-]+)"?/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    const parsed: unknown = JSON.parse(claims);
    return typeof parsed === 'object' && parsed !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
