import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { channelsOf } from './alerts/channels.js';
import { systemClock } from './clock.js';
import { type Config, isLoopback } from './config.js';
import { clockSkew } from './graph/clock-skew.js';
import { createCredential } from './graph/credential.js';
import { createDirectory } from './graph/directory.js';
import { createInspector } from './graph/inspector.js';
import { createMailer } from './graph/mail.js';
import { createOwnerDirectory } from './graph/owners.js';
import { createRemediator } from './graph/remediator.js';
import type { DiagnoseContext } from './jobs/diagnose.js';
import type { DoctorContext } from './jobs/doctor.js';
import { measuredFindings } from './jobs/observed-findings.js';
import type { AlertChannel, Clock, Directory, Inbox, Outbox, Remediator, ScanStore } from './jobs/ports.js';
import { defaultPatience, type Patience, type RemediationContext } from './jobs/remediation-state.js';
import type { ScanContext } from './jobs/scan-tenant.js';
import type { AlertContext } from './jobs/send-alerts.js';
import { silentTelemetry, type Telemetry } from './jobs/telemetry.js';
import { ConsentinelError } from './model/errors.js';
import type { Rule } from './model/rule.js';
import type { Scan } from './model/scan.js';
import { rules as catalogue } from './rules/index.js';
import { connectStorage, ensureStorage } from './storage/connection.js';
import { TableFindingStore } from './storage/finding-store.js';
import { StorageQueues } from './storage/outbox.js';
import { TableScanStore } from './storage/scan-store.js';
import { version } from './version.js';

/** The process's environment; nothing else reads it. */
export const environment: NodeJS.ProcessEnv = process.env;

/** Everything the ways in work with, wired to the real clients. */
export interface Runtime extends ScanContext, AlertContext {
  readonly config: Config;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly approvalTtlDays: number;
  /** What a diagnosis of one app looks with. */
  readonly diagnosis: DiagnoseContext;
  /** What remediations are carried out with; asks Graph whose tenant it is. */
  remediation(): Promise<RemediationContext & { readonly outbox: Outbox }>;
  /** What an examination of the installation looks at. */
  doctor(): Promise<DoctorContext>;
  /** Who is signed in, for decisions on the command line. */
  author(): Promise<string>;
  /** The tenant at work: the one that is set, else the only one in storage, else the one that Graph names. */
  tenantId(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Wires the runtime. Tables and queues are made where they are missing.
 * @param config its storage must be named: whoever embeds one has its connection string by now
 * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `config-invalid`
 */
export async function createRuntime(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly tablePrefix?: string; readonly patience?: Patience } = {},
): Promise<Runtime> {
  if (config.storage.kind === 'embedded') throw noStorage();
  // A scan makes much garbage and keeps little: with V8's own growth the heap doubles before it is looked through.
  setFlagsFromString('--heap-growing-percent=60');
  const rules = rulesOf(config);
  const { simulated } = config.graph;
  const reader = { environment: env, ...(config.readerClientId && { clientId: config.readerClientId }) };
  const storage = connectStorage(config.storage, {
    ...(config.storage.kind === 'identity' && {
      credential: createCredential({
        environment: env,
        simulated: isLoopback(config.storage.tableServiceUri),
        ...(config.storage.clientId && { clientId: config.storage.clientId }),
      }),
    }),
    ...(options.tablePrefix && { prefix: options.tablePrefix }),
  });
  await ensureStorage(storage);
  const directory = createDirectory({
    graph: config.graph,
    credential: createCredential({ ...reader, simulated }),
    ...(config.tenantId && { tenantId: config.tenantId }),
  });
  const remediator = remediatorOf(config, env);
  const telemetry = await telemetryOf(config, env);
  const table = new TableFindingStore(storage.findings, { ruleIds: catalogue.map(({ id }) => id) });
  const findings = measuredFindings(table, telemetry);
  const outbox = new StorageQueues(storage);
  const { alerts, publicUrl } = config;
  const { minSeverity, weeklySummary } = alerts;
  const remedyOptions = { adminConsentReviewers: config.adminConsentReviewers };
  const scans = new TableScanStore(storage.scans, { now: systemClock.now });
  const channels = channelsIn(config, createCredential({ ...reader, simulated }));
  return {
    config,
    directory,
    findings,
    scans,
    outbox,
    inbox: outbox,
    channels,
    alertRules: { minSeverity, weeklySummary, ...(publicUrl && { publicUrl }) },
    remedyOptions,
    approvalTtlDays: config.approvalTtlDays,
    diagnosis: createDiagnosis(config, env),
    clock: systemClock,
    telemetry,
    rules,
    firstParty: config.firstParty,
    maxResolvedPercent: config.maxResolvedPercent,
    retentionDays: config.retentionDays,
    remediation: async () => ({
      directory,
      findings,
      outbox,
      clock: systemClock,
      rules,
      tenant: await directory.organization(),
      remediator,
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
      channels: channels.map(({ name }) => name),
      sendsMail: config.alerts.mail !== undefined,
      tenantId: () => tenantAtWork(config, scans, directory),
      clockSkew: () => clockSkew(config.graph, () => Date.parse(systemClock.now())),
      version,
    }),
    author: async () => {
      const principal = await directory.principal().catch(() => undefined);
      return principal ?? `local:${userInfo().username}`;
    },
    tenantId: () => tenantAtWork(config, scans, directory),
    close: () => telemetry.close(),
  };
}

/** The catalogue without the rules that are turned off. @throws ConsentinelError `config-invalid` for an id of no rule */
function rulesOf({ rulesOff }: Config): readonly Rule[] {
  const unknown = rulesOff.filter((id) => !catalogue.some((rule) => rule.id === id));
  if (unknown.length === 0) return catalogue.filter(({ id }) => !rulesOff.includes(id));
  throw new ConsentinelError(
    'config-invalid',
    `RULES_OFF = ${JSON.stringify(unknown.join(','))}: there is no such rule.`,
    'Give ids of rules, separated by commas, as `consentinel rules` lists them.',
  );
}

/** Nothing of it is loaded where nobody listens. */
async function telemetryOf(
  { telemetry, graph: { simulated } }: Config,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Telemetry> {
  if (!telemetry) return silentTelemetry;
  const { createAzureMonitor } = await import('./telemetry/azure-monitor.js');
  const { identity } = telemetry;
  const credential = identity && createCredential({ environment: env, simulated, ...identity });
  return createAzureMonitor({ ...telemetry, credential, version, clock: systemClock, environment });
}

/** This process, as one worker among others. */
const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

/** The identity that writes; it exists only where it is configured. */
function remediatorOf(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Remediator | undefined {
  if (!config.remediatorClientId && !config.remediation) return undefined;
  const clientId = config.remediatorClientId ?? config.readerClientId;
  const credential = createCredential({
    environment,
    simulated: config.graph.simulated,
    ...(clientId && { clientId }),
  });
  return createRemediator({ graph: config.graph, credential });
}

/** The channels of the settings. Mail goes out, and owners are read, as the reader. */
function channelsIn({ alerts, graph }: Config, credential: ReturnType<typeof createCredential>): AlertChannel[] {
  return channelsOf(alerts, {
    clock: systemClock,
    mailer: (from) => createMailer({ graph, credential }, from),
    owners: () => createOwnerDirectory({ graph, credential }),
  });
}

/** Somebody waits for a diagnosis: milliseconds for each call to Graph. */
const diagnosisBudget = 60_000;

/** What a diagnosis looks with: Graph alone, so that it also works where there is no storage. */
export function createDiagnosis(config: Config, env: Readonly<Record<string, string | undefined>>): DiagnoseContext {
  const { graph, readerClientId, tenantId } = config;
  const identity = {
    environment: env,
    simulated: graph.simulated,
    ...(readerClientId && { clientId: readerClientId }),
  };
  const settings = { graph, credential: createCredential(identity), budget: diagnosisBudget };
  return {
    directory: createDirectory({ ...settings, ...(tenantId && { tenantId }) }),
    inspector: createInspector(settings),
    clock: systemClock,
  };
}

/** The latest scan that came to an end of its own, complete or not. */
export async function latestFinished(scans: ScanStore, tenantId: string): Promise<Scan | undefined> {
  for await (const scan of scans.scans(tenantId))
    if (scan.status === 'complete' || scan.status === 'incomplete') return scan;
  return undefined;
}

async function tenantAtWork(config: Config, scans: ScanStore, directory: Directory): Promise<string> {
  if (config.tenantId) return config.tenantId;
  const stored = await scans.tenants();
  return stored.length === 1 && stored[0] ? stored[0] : (await directory.organization()).id;
}

function noStorage(): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    'AzureWebJobsStorage is not set, and there is no storage without it here.',
    'Set AzureWebJobsStorage to a connection string, or AzureWebJobsStorage__accountName to an account that the identity may use.',
  );
}
