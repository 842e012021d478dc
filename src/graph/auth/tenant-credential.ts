import {
  ClientAssertionCredential,
  type ClientAssertionCredentialOptions,
  type TokenCredential,
} from '@azure/identity';
import { adminConsentUrl } from '../../model/entra/admin-consent-url.js';
import { cloudOf } from '../../model/entra/clouds.js';
import type { GraphLocation } from '../http/client.js';
import { firstLine } from '../http/error-body.js';
import { credentialMissing, type Trouble } from '../http/faults.js';

/** How a tenant is read that is one of several. */
export interface TenantCredentialSettings {
  readonly graph: GraphLocation;
  readonly tenantId: string;
  /** Of the multi-tenant app. */
  readonly clientId: string;
  /** The reader, whose managed identity the app trusts. */
  readonly reader: TokenCredential;
}

/**
 * The multi-tenant app in one tenant. It has no secret: the reader's managed identity vouches for it, by a token that is
 * made for this exchange alone. Whoever has consented to the app in a tenant lets it in there, and nowhere else.
 * Source: Microsoft Learn, "Configure an application to trust a managed identity".
 * @returns a credential whose `getToken` throws ConsentinelError `credential-missing`, with what is missing in the tenant
 */
export function createTenantCredential(settings: TenantCredentialSettings): TokenCredential {
  const { graph, tenantId, clientId, reader } = settings;
  const { authority, tokenExchangeAudience } = cloudOf(graph.endpoint);
  const assertion = async () => {
    const token = await reader.getToken(`${tokenExchangeAudience}/.default`);
    if (!token) throw credentialMissing(undefined);
    return token.token;
  };
  const credential = new ClientAssertionCredential(tenantId, clientId, assertion, {
    authorityHost: authority,
    ...(graph.simulated && simulatedAuthority(graph.endpoint)),
  });
  return {
    getToken: async (scopes, options) => {
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        if (options?.abortSignal?.aborted) throw error;
        throw credentialMissing(
          error,
          troubleWith(error, settings, adminConsentUrl({ authority }, tenantId, clientId)),
        );
      }
    },
  };
}

/** The library asks https authorities only, so what it asks is led to the simulator, all of it, whatever the address. */
function simulatedAuthority(origin: string): ClientAssertionCredentialOptions {
  const policy: NonNullable<ClientAssertionCredentialOptions['additionalPolicies']>[number]['policy'] = {
    name: 'simulatedAuthority',
    sendRequest: (request, next) => {
      const { pathname, search } = new URL(request.url);
      request.url = origin + pathname + search;
      request.allowInsecureConnection = true;
      // The proxy that the machine has for the address as it was: it must not hear of this one.
      delete request.agent;
      return next(request);
    },
  };
  return { disableInstanceDiscovery: true, additionalPolicies: [{ policy, position: 'perRetry' }] };
}

/**
 * What is wrong and what to do, by Entra's own number for the fault.
 * Source: Microsoft Entra authentication and authorization error codes.
 */
function troubleWith(error: unknown, { tenantId, clientId }: TenantCredentialSettings, consentUrl: string): Trouble {
  const said = error instanceof Error ? error.message : '';
  // The library says what Entra said, with numbers of its own before it and ids for Microsoft's support behind it.
  const [sentence = said, code = ''] = /AADSTS(\d+): .*?(?= Trace ID:|$)/m.exec(said) ?? [];
  const message = `There is no access token for the tenant ${tenantId}: ${firstLine(sentence)}`;
  if (code === '700016' || code === '7000229') {
    return {
      message: `Nobody has let the app into the tenant ${tenantId} (AADSTS${code}).`,
      remedy: `An administrator of it does so at ${consentUrl}; or take the tenant out of TENANT_IDS (docs/many-tenants.md).`,
    };
  }
  if (code === '90002') {
    return { message, remedy: 'Check the id in TENANT_IDS, and that the tenant is in the cloud of GRAPH_ENDPOINT.' };
  }
  if (/^7002[13]/.test(code)) {
    const remedy = `Give the app ${clientId} a federated credential for the reader identity: its object id as the subject, its tenant as the issuer (docs/many-tenants.md).`;
    return { message, remedy };
  }
  const remedy =
    'Check MULTI_TENANT_CLIENT_ID and READER_CLIENT_ID; docs/many-tenants.md says how the app comes to trust the reader.';
  return { message, remedy };
}
