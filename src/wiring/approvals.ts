import type { Config } from '../config.js';
import { claimsOfToken } from '../graph/reads/directory.js';
import { createOwnerDirectory } from '../graph/reads/owners.js';
import type { StatementVerifier } from '../jobs/ports/index.js';
import type { ApprovalPolicy } from '../jobs/remediation/approval-policy.js';
import type { ApprovalAuthor } from '../model/remediation/approval.js';
import { publicKeysIn } from '../signing/public-key-file.js';
import { createVerifier } from '../signing/verifier.js';
import type { Credential } from './identities.js';

/** The folder of the key file, below the working directory. */
export const defaultKeyFolder = '.consentinel';

/**
 * Whether a key of Azure signs approvals. Then the key file of this machine neither signs nor verifies: storage that
 * others reach must not trust a file of one machine.
 */
export function isSignedInAzure({ storage, approvals }: Pick<Config, 'storage' | 'approvals'>): boolean {
  return storage.kind === 'identity' || approvals.publicKeys.length > 0 || approvals.signingKey !== undefined;
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
