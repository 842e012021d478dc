import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { createDirectory } from '../graph/reads/directory.js';
import { createInspector } from '../graph/reads/inspector.js';
import type { DiagnoseContext } from '../jobs/diagnosis/diagnose-context.js';
import { chosenTenant } from '../model/tenant/tenant-choice.js';
import { rules } from '../rules/index.js';
import { credentialsOf } from './identities.js';
import type { Variables } from './installation.js';

/** Milliseconds for each call to Graph; a person waits for the answer. */
export const diagnosisBudget = 60_000;

/** Wires a diagnosis to Graph only, so that it works without storage. @param asked the tenant that the caller names */
export function createDiagnosis(
  config: Config,
  env: Variables,
  asked?: string,
  readsAs?: 'reader' | 'remediator',
): DiagnoseContext {
  const { graph } = config;
  const tenantId = chosenTenant(config.tenants, asked);
  const settings = { graph, credential: credentialsOf(config, env, tenantId, readsAs).tenant, budget: diagnosisBudget };
  return {
    directory: createDirectory({ ...settings, ...(tenantId && { tenantId }) }),
    inspector: createInspector(settings),
    clock: systemClock,
    cloud: config.cloud,
    rules,
    firstParty: config.scan.firstParty,
    expiry: config.scan.expiry,
  };
}
