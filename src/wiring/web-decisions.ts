import { type Config, isLoopback } from '../config.js';
import { ConsentinelError } from '../model/errors.js';
import { tenantPageUrl } from '../model/finding/page-url.js';
import { isSignedInAzure } from './approvals.js';
import type { WebDecisions } from './capabilities.js';
import { type Credential, credentialOf } from './identities.js';
import type { Variables } from './installation.js';

/**
 * Where the command line sends decisions; undefined if it decides itself. In an Azure installation only the web app can
 * sign.
 */
export function webDecisionsOf(config: Config, env: Variables, tenantId: string | undefined): WebDecisions | undefined {
  const { page, approvals, tenants, graph, reader } = config;
  if (!page.publicUrl || approvals.signingKey || !isSignedInAzure(config)) return undefined;
  const several = tenants.tenantIds.length > 1 && tenantId;
  const credential = credentialOf(env, graph.simulated, reader.clientId);
  return {
    url: several ? tenantPageUrl(page.publicUrl, tenantId) : page.publicUrl,
    token: async (signal) => {
      if (isLoopback(page.publicUrl ?? '') && !graph.simulated) throw realToken(page.publicUrl);
      return webToken(credential, approvals.webClientId, signal);
    },
  };
}

function realToken(publicUrl: string | undefined): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    `PUBLIC_URL = ${JSON.stringify(publicUrl)}: Consentinel sends real access tokens to https addresses only.`,
    'Set PUBLIC_URL to the https address of the review page.',
  );
}

async function webToken(
  credential: Credential,
  webClientId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (!webClientId)
    throw new ConsentinelError(
      'config-invalid',
      'WEB_CLIENT_ID = (not set): the command line sends decisions through the review page and needs a token for it.',
      'Set WEB_CLIENT_ID to the client id of the app registration of the review page.',
    );
  try {
    const token = await credential.getToken(`${webClientId}/.default`, { ...(signal && { abortSignal: signal }) });
    if (token) return token.token;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw noToken(webClientId, error);
  }
  throw noToken(webClientId, undefined);
}

function noToken(webClientId: string, error: unknown): ConsentinelError {
  const [reason = ''] = error instanceof Error ? error.message.split('\n') : [];
  return new ConsentinelError(
    'credential-missing',
    `The credential returned no access token for the review page (${webClientId}). ${reason}`.trim(),
    'Sign in with `az login`, and ask an administrator to permit the Azure CLI to get tokens for the app registration (docs/approve.md).',
    { cause: error },
  );
}
