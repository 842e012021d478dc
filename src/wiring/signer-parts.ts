import { type Config, isLoopback } from '../config.js';
import type { StatementSigner } from '../jobs/ports/index.js';
import { createKeyFileSigner } from '../signing/key-file-signer.js';
import { isSignedInAzure } from './approvals.js';
import { credentialOf } from './identities.js';
import type { Variables } from './installation.js';

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
