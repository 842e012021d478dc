import {
  type AccessToken,
  CredentialUnavailableError,
  DefaultAzureCredential,
  type DefaultAzureCredentialClientIdOptions,
  ManagedIdentityCredential,
  type TokenCredentialOptions,
} from '@azure/identity';
import type { RenewableTokenOptions } from '../http/access-tokens.js';

type Scopes = string | string[];

/** The part of MSAL's managed identity client that requests a token in spite of its cache. */
interface ManagedIdentityClient {
  acquireToken(request: { resource: string; forceRefresh: boolean; claims?: string }): Promise<unknown>;
}

/**
 * A managed identity whose token can be renewed. `ManagedIdentityCredential` ignores `claims` and always returns the token
 * of its cache, which is shared by the process, until shortly before it expires. Only its MSAL client can replace that
 * token (`forceRefresh`); the credential has no public access to it.
 */
export class RenewableManagedIdentity extends ManagedIdentityCredential {
  /** @param options `federated`: the platform exchanges a federated token, without a cache */
  constructor(
    options: TokenCredentialOptions & { readonly clientId?: string },
    private readonly federated: boolean,
  ) {
    super(options);
  }

  override async getToken(scopes: Scopes, options: RenewableTokenOptions = {}): Promise<AccessToken> {
    if (options.renew && !this.federated) await this.#replaceCachedToken(scopes, options.claims);
    return super.getToken(scopes, options);
  }

  async #replaceCachedToken(scopes: Scopes, claims: string | undefined): Promise<void> {
    const client: ManagedIdentityClient | undefined = Reflect.get(this, 'managedIdentityApp');
    const resource = String(scopes).replace(/\/\.default$/, '');
    try {
      await client?.acquireToken({ resource, forceRefresh: true, ...(claims !== undefined && { claims }) });
    } catch (error) {
      throw new CredentialUnavailableError(`The credential returned no new token: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** The credential of a developer whose token can be renewed: each renewal starts with an empty cache. */
export class RenewableDefaultCredential extends DefaultAzureCredential {
  #newest: DefaultAzureCredential | undefined;

  constructor(private readonly settings: DefaultAzureCredentialClientIdOptions) {
    super(settings);
  }

  override async getToken(scopes: Scopes, options: RenewableTokenOptions = {}): Promise<AccessToken> {
    if (options.renew) this.#newest = new DefaultAzureCredential(this.settings);
    return this.#newest ? this.#newest.getToken(scopes, options) : super.getToken(scopes, options);
  }
}
