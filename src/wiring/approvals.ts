import { type Config, isLoopback } from '../config.js';
import { claimsOfToken } from '../graph/reads/directory.js';
import { createOwnerDirectory } from '../graph/reads/owners.js';
import type { StatementSigner, StatementVerifier } from '../jobs/ports/index.js';
import type { ApprovalPolicy } from '../jobs/remediation/approval-policy.js';
import { ConsentinelError } from '../model/errors.js';
import { tenantPageUrl } from '../model/finding/page-url.js';
import type { ApprovalAuthor } from '../model/remediation/approval.js';
import { createKeyFileSigner, publicKeysIn } from '../signing/key-file.js';
import { createVerifier } from '../signing/verifier.js';
import type { WebDecisions } from './capabilities.js';
import { type Credential, credentialOf } from './identities.js';
import type { Variables } from './installation.js';

/** The folder of the key file, below the working directory. */
export const defaultKeyFolder = '.consentinel';

/**
 * Whether a key of Azure signs approvals. Then the key file of this machine neither signs nor verifies: storage that
 * others reach must not trust a file of one machine.
 */
export function isSignedInAzure({ storage, approvals }: Pick<Config, 'storage' | 'approvals'>): boolean {
  return storage.kind === 'identity' || approvals.publicKeys.length > 0 || approvals.signingKey !== undefined;
}

/** Signs approvals; undefined in an Azure installation for every process but the web app. */
export function signerOf(config: Config, env: Variables, keyFolder: string): StatementSigner | undefined {
  const { signingKey: keyUrl } = config.approvals;
  if (!keyUrl) return isSignedInAzure(config) ? undefined : createKeyFileSigner(keyFolder);
  const credential = credentialOf(env, config.graph.simulated, config.reader.clientId);
  let signer: StatementSigner | undefined;
  return {
    // Loaded on demand: only the web app needs the client of Key Vault.
    async sign(statement, signal) {
      const { createKeyVaultSigner } = await import('../signing/key-vault-signer.js');
      signer ??= createKeyVaultSigner({ keyUrl, credential, simulated: isLoopback(keyUrl) });
      return signer.sign(statement, signal);
    },
  };
}

/** Verifies approvals; undefined where the public keys are missing. It never has a private key. */
export function verifierOf(config: Config, keyFolder: string): StatementVerifier | undefined {
  const { publicKeys } = config.approvals;
  if (publicKeys.length > 0) return createVerifier(() => publicKeys);
  return isSignedInAzure(config) ? undefined : createVerifier(() => publicKeysIn(keyFolder));
}

/** @param credential reads the owners of apps in the tenant at work */
export function approvalPolicyOf({ approvals, graph }: Config, credential: Credential): ApprovalPolicy {
  return { required: approvals.required, owners: createOwnerDirectory({ graph, credential }) };
}

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
    token: (signal) => webToken(credential, approvals.webClientId, signal),
  };
}

async function webToken(
  credential: Credential,
  webClientId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (!webClientId)
    throw new ConsentinelError(
      'config-invalid',
      'WEB_CLIENT_ID = (not set): the command line decides through the review page and needs a token for it.',
      'Set it to the client id of the app registration of the review page.',
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
    `There is no access token for the review page (${webClientId}). ${reason}`.trim(),
    'Sign in with `az login`, and let an administrator allow the Azure CLI to get tokens for the app registration (docs/approve.md).',
    { cause: error },
  );
}

/** The signed-in principal, as its token names it; the user of this machine if there is none. */
export async function approverOf(
  { graph }: Pick<Config, 'graph'>,
  credential: Credential,
  localUser: string,
): Promise<ApprovalAuthor> {
  const claims = await claimsOfToken({ graph, credential }).catch(() => undefined);
  const name = claims?.upn ?? claims?.appid ?? claims?.oid;
  if (!name) return { id: `local:${localUser}`, name: localUser, roles: [] };
  return { id: claims?.oid ?? name, name, roles: claims?.roles ?? [] };
}
