import {
  ClientAssertionCredential,
  type ClientAssertionCredentialOptions,
  type TokenCredential,
} from '@azure/identity';
import { adminConsentUrl } from '../../model/entra/admin-consent-url.js';
import { cloudOf } from '../../model/entra/clouds.js';
import type { RenewableTokenOptions } from '../http/access-tokens.js';
import type { GraphLocation } from '../http/client.js';
import { firstLine } from '../http/error-body.js';
import { type CredentialProblem, credentialMissing } from '../http/faults.js';
import { type TokenRequestOptions, tokenRequestOptions } from './credential.js';

/** How one of several tenants is read. */
export interface TenantCredentialSettings {
  readonly graph: GraphLocation;
  readonly tenantId: string;
  /** The client id of the multi-tenant app. */
  readonly clientId: string;
  /** The reader identity. The app trusts this managed identity. */
  readonly reader: TokenCredential;
  readonly requests?: TokenRequestOptions;
}

/**
 * The credential of the multi-tenant app in one tenant. The app has no secret: it authenticates with a token of the
 * reader's managed identity, issued only for this exchange. Admin consent to the app in a tenant gives access to that
 * tenant only.
 * Source: Microsoft Learn, "Configure an application to trust a managed identity".
 * @returns a credential whose `getToken` throws ConsentinelError `credential-missing` with the problem in the tenant
 */
export function createTenantCredential(settings: TenantCredentialSettings): TokenCredential {
  const { graph, tenantId, clientId, reader } = settings;
  const { authority, tokenExchangeAudience } = cloudOf(graph.endpoint);
  const assertion = async () => {
    const token = await reader.getToken(`${tokenExchangeAudience}/.default`);
    if (!token) throw credentialMissing(undefined);
    return token.token;
  };
  const open = () =>
    new ClientAssertionCredential(tenantId, clientId, assertion, {
      ...tokenRequestOptions(settings.requests),
      authorityHost: authority,
      ...(graph.simulated && simulatedAuthority(graph.endpoint)),
    });
  let credential = open();
  return {
    getToken: async (scopes, options: RenewableTokenOptions = {}) => {
      // Each credential has a cache of its own.
      if (options.renew) credential = open();
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        if (options?.abortSignal?.aborted) throw error;
        throw credentialMissing(
          error,
          credentialProblemOf(error, settings, adminConsentUrl({ authority }, tenantId, clientId)),
        );
      }
    },
  };
}

/** The library accepts only https authorities. This policy redirects all its requests to the simulator. */
function simulatedAuthority(origin: string): ClientAssertionCredentialOptions {
  const policy: NonNullable<ClientAssertionCredentialOptions['additionalPolicies']>[number]['policy'] = {
    name: 'simulatedAuthority',
    sendRequest: (request, next) => {
      const { pathname, search } = new URL(request.url);
      request.url = origin + pathname + search;
      request.allowInsecureConnection = true;
      // The agent belongs to the proxy for the original address, which must not receive requests to the simulator.
      delete request.agent;
      return next(request);
    },
  };
  return { disableInstanceDiscovery: true, additionalPolicies: [{ policy, position: 'perRetry' }] };
}

/**
 * The problem and its fix for an Entra error code.
 * Source: Microsoft Entra authentication and authorization error codes.
 */
function credentialProblemOf(
  error: unknown,
  { tenantId, clientId }: TenantCredentialSettings,
  consentUrl: string,
): CredentialProblem {
  const text = error instanceof Error ? error.message : '';
  // The library adds its own numbers before Entra's message. Entra adds ids for Microsoft support after it.
  const [sentence = text, code = ''] = /AADSTS(\d+): .*?(?= Trace ID:|$)/m.exec(text) ?? [];
  const message = `The credential returned no access token for the tenant ${tenantId}: ${firstLine(sentence)}`;
  if (code === '700016' || code === '7000229') {
    return {
      message: `The app has no service principal in the tenant ${tenantId} (AADSTS${code}).`,
      remedy: `An administrator of the tenant must consent at ${consentUrl}. Or remove the tenant from TENANT_IDS (docs/many-tenants.md).`,
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
    'Check MULTI_TENANT_CLIENT_ID and READER_CLIENT_ID. docs/many-tenants.md describes how the app trusts the reader.';
  return { message, remedy };
}
