import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { createDirectory } from '../graph/reads/directory.js';
import { createInspector } from '../graph/reads/inspector.js';
import type { DiagnoseContext } from '../jobs/diagnosis/diagnose-context.js';
import { chosenTenant } from '../model/tenant/tenant-choice.js';
import { credentialsOf } from './identities.js';
import type { Variables } from './installation.js';

/** Somebody waits for a diagnosis: milliseconds for each call to Graph. */
export const diagnosisBudget = 60_000;

/** What a diagnosis looks with: Graph alone, so that it also works where there is no storage. */
export function createDiagnosis(config: Config, env: Variables, asked?: string): DiagnoseContext {
  const { graph } = config;
  const tenantId = chosenTenant(config.tenants, asked);
  const settings = { graph, credential: credentialsOf(config, env, tenantId).tenant, budget: diagnosisBudget };
  return {
    directory: createDirectory({ ...settings, ...(tenantId && { tenantId }) }),
    inspector: createInspector(settings),
    clock: systemClock,
    cloud: config.cloud,
  };
}
