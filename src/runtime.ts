import type { Config } from './config.js';
import { anchorsIn } from './wiring/anchors.js';
import type { AppParts } from './wiring/app-parts.js';
import type { Records, RemediationQueue, Runtime } from './wiring/capabilities.js';
import { channelsIn } from './wiring/channels.js';
import { createAppInstallation } from './wiring/create-installation.js';
import { embeddedStorageIn } from './wiring/embedded-storage.js';
import type { Installation, RuntimeOptions, Variables } from './wiring/installation.js';
import { localInventoryOf } from './wiring/inventory.js';
import { liveProbeOf, throwawayOf } from './wiring/probe-parts.js';
import { remediatorOf } from './wiring/remediation-parts.js';
import { signerOf } from './wiring/signer-parts.js';
import { transferOf } from './wiring/transfer-parts.js';
import { webDecisionsOf } from './wiring/web-decisions.js';

export { createDiagnosis } from './wiring/diagnosis.js';
export { environment } from './wiring/environment.js';
export type { Installation, Records, RemediationQueue, Runtime, RuntimeOptions };

/** The parts of all apps: on a laptop one process does everything. */
export const allParts: AppParts = {
  remediator: remediatorOf,
  channels: channelsIn,
  anchors: anchorsIn,
  inventory: localInventoryOf,
  embeddedStorage: embeddedStorageIn,
  signer: signerOf,
  webDecisions: webDecisionsOf,
  transfer: transferOf,
  liveProbe: liveProbeOf,
  throwaway: throwawayOf,
};

/**
 * Wires the runtime of one tenant.
 * @throws as `createInstallation`, and `usage-invalid` where the tenant must be named
 */
export async function createRuntime(
  config: Config,
  env: Variables,
  options: RuntimeOptions & { readonly tenantId?: string | undefined } = {},
): Promise<Runtime> {
  return (await createInstallation(config, env, options)).runtime(options.tenantId);
}

/** Wires an installation with the parts of all apps. @throws as `createAppInstallation` */
export function createInstallation(
  config: Config,
  env: Variables,
  options: RuntimeOptions = {},
): Promise<Installation> {
  return createAppInstallation(config, env, allParts, options);
}
