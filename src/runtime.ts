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
import { createTenantCredential } from './graph/tenant-credential.js';
import type { DiagnoseContext } from './jobs/diagnose.js';
import type { DoctorContext } from './jobs/doctor.js';
import { measuredFindings } from './jobs/observed-findings.js';
import type { AlertChannel, Clock, Directory, Inbox, Outbox, Remediator, ScanStore } from './jobs/ports.js';
import { defaultPatience, type Patience, type RemediationContext } from './jobs/remediation-state.js';
import type { ScanContext } from './jobs/scan-context.js';
import type { AlertContext } from './jobs/send-alerts.js';
import { silentTelemetry, type Telemetry } from './jobs/telemetry.js';
import { ConsentinelError } from './model/errors.js';
import { tenantPageUrl } from './model/page-url.js';
import type { Rule } from './model/rule.js';
import type { Scan } from './model/scan.js';
import { chosenTenant, whyReadOnly } from './model/tenant-choice.js';
import { rules as catalogue } from './rules/index.js';
import { connectStorage, ensureStorage, type Storage } from './storage/connection.js';
import { TableFindingStore } from './storage/finding-store.js';
import { StorageQueues } from './storage/outbox.js';
import { TableScanStore } from './storage/scan-store.js';
import { version } from './version.js';

/** The process's environment; nothing else reads it. */
export const environment: NodeJS.ProcessEnv = process.env;

/** Everything the ways in work with for one tenant, wired to the real clients. */
export interface Runtime extends ScanContext, AlertContext {
  readonly config: Config;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly approvalTtlDays: number;
  /** Why nothing can ever be approved in this tenant. */
  readonly readOnly?: string;
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
  /** Where there are several tenants. */
  readonly installation: Installation;
  close(): Promise<void>;
}

/** All tenants of an installation; they share storage, settings and rules. */
export interface Installation {
  readonly config: Config;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /**
   * The runtime of a tenant, made once; it asks neither storage nor Graph.
   * @throws ConsentinelError `usage-invalid` where it is none of the installation, or must be named
   */
  runtime(tenantId?: string): Runtime;
  /** The runtime of the tenant that a message is about; where there is one tenant, that one's. @throws as `runtime` */
  runtimeFor(message: unknown): Runtime;
  close(): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;

export interface RuntimeOptions {
  /** Before the name of every table and queue. */
  readonly tablePrefix?: string;
  readonly patience?: Patience;
  /** Leaves tables and queues as they are: whoever examines an installation wants it to begin even without storage. */
  readonly unprepared?: boolean;
}

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

/**
 * Wires what all tenants share. Tables and queues are made where they are missing.
 * @param config its storage must be named: whoever embeds one has its connection string by now
 * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `config-invalid`
 */
export async function createInstallation(
  config: Config,
  env: Variables,
  options: RuntimeOptions = {},
): Promise<Installation> {
  if (config.storage.kind === 'embedded') throw noStorage();
  // A scan makes much garbage and keeps little: with V8's own growth the heap doubles before it is looked through.
  setFlagsFromString('--heap-growing-percent=40');
  const rules = rulesOf(config);
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
  if (!options.unprepared) await ensureStorage(storage);
  const queues = new StorageQueues(storage);
  const runtimes = new Map<string, Runtime>();
  const telemetry = await telemetryOf(config, env);
  const installation: Installation = {
    config,
    outbox: queues,
    inbox: queues,
    scans: new TableScanStore(storage.scans, { now: systemClock.now }),
    clock: systemClock,
    telemetry,
    close: () => telemetry.close(),
    runtime(asked) {
      const tenantId = chosenTenant(config, asked);
      const runtime =
        runtimes.get(tenantId ?? '') ?? runtimeOf({ installation, storage, rules, env, options }, tenantId);
      runtimes.set(tenantId ?? '', runtime);
      return runtime;
    },
    runtimeFor(message) {
      const { tenantId } = (message ?? {}) as { tenantId?: unknown };
      const named = config.tenantIds.length > 0 && typeof tenantId === 'string';
      return installation.runtime(named ? tenantId : undefined);
    },
  };
  return installation;
}

/** What the runtimes of an installation have in common. */
interface Shared {
  readonly installation: Installation;
  readonly storage: Storage;
  readonly rules: readonly Rule[];
  readonly env: Variables;
  readonly options: RuntimeOptions;
}

function runtimeOf({ installation, storage, rules, env, options }: Shared, known: string | undefined): Runtime {
  const { config, scans, outbox, inbox, telemetry } = installation;
  const { alerts } = config;
  const { reader, tenant: credential } = credentialsOf(config, env, known);
  const directory = createDirectory({ graph: config.graph, credential, ...(known && { tenantId: known }) });
  const readOnly = known && whyReadOnly(config, known);
  const remediator = readOnly ? undefined : remediatorOf(config, env);
  const table = new TableFindingStore(storage.findings, { ruleIds: catalogue.map(({ id }) => id) });
  const findings = measuredFindings(table, telemetry);
  const remedyOptions = { adminConsentReviewers: config.adminConsentReviewers };
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
    alertRules: alertRulesOf(config, known),
    remedyOptions,
    approvalTtlDays: config.approvalTtlDays,
    ...(readOnly && { readOnly }),
    diagnosis: createDiagnosis(config, env, known),
    clock: systemClock,
    telemetry,
    rules,
    firstParty: config.firstParty,
    maxResolvedPercent: config.maxResolvedPercent,
    retentionDays: config.retentionDays,
    // Another tenant than those of the settings can be looked at, and not scanned.
    ...(known && (config.tenantIds.length > 0 || known === config.tenantId) && { knownTenantId: known }),
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
      ...(alerts.mail && { sender: senderIn(config, alerts.mail.from, reader) }),
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

/** Who reads a tenant: the reader itself or, where there are several, the app that trusts it. */
function credentialsOf(config: Config, env: Variables, tenantId: string | undefined) {
  const { graph, readerClientId, tenantIds, multiTenantClientId: clientId } = config;
  const reader = createCredential({
    environment: env,
    simulated: graph.simulated,
    ...(readerClientId && { clientId: readerClientId }),
  });
  const throughApp = tenantIds.length > 0 && tenantId && clientId;
  return { reader, tenant: throughApp ? createTenantCredential({ graph, tenantId, clientId, reader }) : reader };
}

function alertRulesOf(
  { alerts, cloud, publicUrl, tenantIds }: Config,
  tenantId: string | undefined,
): AlertContext['alertRules'] {
  const { minSeverity, weeklySummary } = alerts;
  const several = tenantIds.length > 1 && tenantId;
  const page = publicUrl && several ? tenantPageUrl(publicUrl, tenantId) : publicUrl;
  return { cloud, minSeverity, weeklySummary, ...(page && { publicUrl: page }), ...(several && { namesTenant: true }) };
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
function remediatorOf(config: Config, environment: Variables): Remediator | undefined {
  if (!config.remediatorClientId && !config.remediation) return undefined;
  const clientId = config.remediatorClientId ?? config.readerClientId;
  const credential = createCredential({
    environment,
    simulated: config.graph.simulated,
    ...(clientId && { clientId }),
  });
  const { graph, tenantId } = config;
  return createRemediator({ graph, credential, ...(tenantId && { tenantId }) });
}

type Credential = ReturnType<typeof createCredential>;

/** The channels of the settings. Mail goes out from the home tenant, and owners are read in the tenant at work. */
function channelsIn({ alerts, graph }: Config, reader: Credential, tenant: Credential): AlertChannel[] {
  return channelsOf(alerts, {
    clock: systemClock,
    mailer: (from) => createMailer({ graph, credential: reader }, from),
    owners: () => createOwnerDirectory({ graph, credential: tenant }),
  });
}

/** The mailbox that sends, as the reader sees it: mail goes out from the home tenant. */
function senderIn({ graph }: Config, from: string, credential: Credential): NonNullable<DoctorContext['sender']> {
  const settings = { graph, credential, budget: diagnosisBudget };
  const [{ user }, { roles }] = [createInspector(settings), createDirectory(settings)];
  return { from, user, roles };
}

/** Somebody waits for a diagnosis: milliseconds for each call to Graph. */
const diagnosisBudget = 60_000;

/** What a diagnosis looks with: Graph alone, so that it also works where there is no storage. */
export function createDiagnosis(config: Config, env: Variables, asked?: string): DiagnoseContext {
  const { graph } = config;
  const tenantId = chosenTenant(config, asked);
  const settings = { graph, credential: credentialsOf(config, env, tenantId).tenant, budget: diagnosisBudget };
  return {
    directory: createDirectory({ ...settings, ...(tenantId && { tenantId }) }),
    inspector: createInspector(settings),
    clock: systemClock,
    cloud: config.cloud,
  };
}

/** The latest scan that came to an end of its own, complete or not. */
export async function latestFinished(scans: ScanStore, tenantId: string): Promise<Scan | undefined> {
  for await (const scan of scans.scans(tenantId))
    if (scan.status === 'complete' || scan.status === 'incomplete') return scan;
  return undefined;
}

/** Where the settings do not tell. */
async function tenantAtWork(scans: ScanStore, directory: Directory): Promise<string> {
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
