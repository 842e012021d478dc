import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { channelAlternatives, channelLabels } from '../alerts/create-channels.js';
import { systemClock } from '../clock.js';
import { clockSkew } from '../graph/http/clock-skew.js';
import { createDirectory } from '../graph/reads/directory.js';
import type { Directory, ScanStore } from '../jobs/ports/index.js';
import { defaultPatience } from '../jobs/remediation/remediation-context.js';
import { measuredFindings } from '../jobs/telemetry/observed-findings.js';
import { adminConsentUrl } from '../model/entra/admin-consent-url.js';
import type { Rule } from '../model/rule/rule.js';
import { readOnlyReason } from '../model/tenant/tenant-choice.js';
import { rules as catalogue } from '../rules/index.js';
import { ensureStorage, type Storage } from '../storage/connection.js';
import { TableFindingStore } from '../storage/finding-store.js';
import { alertRulesOf, channelsIn } from './channels.js';
import { createDiagnosis } from './diagnosis.js';
import { credentialsOf, remediatorOf } from './identities.js';
import type { Installation, Runtime, RuntimeOptions, Variables } from './installation.js';

/** What the runtimes of an installation have in common. */
export interface Shared {
  readonly installation: Installation;
  readonly storage: Storage;
  readonly rules: readonly Rule[];
  readonly env: Variables;
  readonly options: RuntimeOptions;
}

/** Wires the runtime of one tenant. @param known its id, where the settings or somebody tells it */
export function tenantRuntime(
  { installation, storage, rules, env, options }: Shared,
  known: string | undefined,
): Runtime {
  const { config, scans, outbox, inbox, telemetry } = installation;
  const { tenants } = config;
  const { multiTenantClientId: app } = tenants;
  const { reader, tenant: credential } = credentialsOf(config, env, known);
  const directory = createDirectory({ graph: config.graph, credential, ...(known && { tenantId: known }) });
  const readOnly = known && readOnlyReason(tenants, known);
  const remediator = readOnly ? undefined : remediatorOf(config, env);
  const table = new TableFindingStore(storage.findings, { ruleIds: catalogue.map(({ id }) => id) });
  const findings = measuredFindings(table, telemetry);
  const remedyOptions = config.remediation;
  const channels = channelsIn(config, reader, credential);
  const tenantId = () => (known ? Promise.resolve(known) : tenantAtWork(scans, directory));
  return {
    config,
    installation,
    directory,
    findings,
    scans,
    outbox,
    inbox,
    channels,
    channelLabels,
    alertRules: alertRulesOf(config, known),
    remedyOptions,
    approvalTtlDays: config.remediation.approvalTtlDays,
    ...(readOnly && { readOnly }),
    diagnosis: createDiagnosis(config, env, known),
    clock: systemClock,
    telemetry,
    rules,
    settings: {
      ...(options.scanDeadlineMinutes !== undefined && { deadlineMinutes: options.scanDeadlineMinutes }),
      ...config.scan,
    },
    // Another tenant than those of the settings can be looked at, and not scanned.
    ...(known && (tenants.tenantIds.length > 0 || known === tenants.tenantId) && { knownTenantId: known }),
    remediation: async () => ({
      directory,
      findings,
      outbox,
      clock: systemClock,
      rules,
      tenant: await directory.organization(),
      remediator,
      ...(readOnly && { readOnly }),
      remedyOptions,
      patience: options.patience ?? defaultPatience,
      owner,
    }),
    doctor: async () => ({
      directory,
      remediator,
      scans,
      rules,
      outbox,
      channels,
      ...(readOnly && { readOnly }),
      ...(known && app && { consentUrl: adminConsentUrl(config.cloud, known, app) }),
      ...(config.telemetry && { telemetryEndpoint: config.telemetry.endpoint }),
      channelAlternatives: channelAlternatives('and'),
      clock: systemClock,
      prepareStorage: () => ensureStorage(storage),
      tenantId,
      clockSkew: () => clockSkew(config.graph, () => Date.parse(systemClock.now())),
    }),
    author: async () => {
      // Whoever is signed in, and not the app that a tenant is read through.
      const signedIn = createDirectory({ graph: config.graph, credential: reader });
      const principal = await signedIn.principal().catch(() => undefined);
      return principal ?? `local:${userInfo().username}`;
    },
    tenantId,
    close: installation.close,
  };
}

/** This process, as one worker among others. */
const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

/** Where the settings do not tell. */
async function tenantAtWork(scans: ScanStore, directory: Directory): Promise<string> {
  const stored = await scans.tenants();
  return stored.length === 1 && stored[0] ? stored[0] : (await directory.organization()).id;
}
