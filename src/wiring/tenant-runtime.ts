import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { channelAlternatives, channelLabels } from '../alerts/create-channels.js';
import { systemClock } from '../clock.js';
import { shownSettings } from '../config.js';
import { clockSkew } from '../graph/http/clock-skew.js';
import { createDirectory } from '../graph/reads/directory.js';
import { type DoctorContext, examineInstallation } from '../jobs/doctor/doctor.js';
import type { LiveContext } from '../jobs/doctor/live.js';
import { withEvidence } from '../jobs/finding/with-evidence.js';
import { currentPause } from '../jobs/remediation/pause.js';
import type { ProofContext } from '../jobs/remediation/prove-remedy.js';
import { defaultPatience } from '../jobs/remediation/remediation-context.js';
import { adminConsentUrl } from '../model/entra/admin-consent-url.js';
import type { RuleSettings } from '../model/tenant/tenant.js';
import type { Storage } from '../storage/connection.js';
import { ensureRemediatorState, ensureStorage, requireKnownState, requireKnownTables } from '../storage/connection.js';
import { approverOf } from './approvals.js';
import { boundHeap } from './bounded-heap.js';
import type { AlertQueue, RemediationExecution, Runtime } from './capabilities.js';
import { hasStateAccount, noStateStorage } from './storage-accounts.js';
import { createTenantParts, type SharedParts, type TenantParts } from './tenant-parts.js';

/** Wires the runtime of one tenant. @param known its id, where the settings or the caller name it */
export function tenantRuntime(shared: SharedParts, known: string | undefined): Runtime {
  const parts = createTenantParts(shared, known);
  const { config, installation, findings, scans, outbox, inbox, clock, rules, channels, telemetry, tenantId } = parts;
  const { remediation: limits, cloud } = config;
  const { approvalTtlDays } = config.remediation;
  const readOnly = parts.readOnly && { readOnly: parts.readOnly };
  const knownTenantId = parts.knownTenantId && { knownTenantId: parts.knownTenantId };
  const { scanDeadlineMinutes: deadlineMinutes } = parts.options;
  const defaultDeadline = deadlineMinutes !== undefined && { deadlineMinutes };
  const { signer, verifier, approvalPolicy } = parts;
  const keys = { ...(signer && { signer }), ...(verifier && { verifier }) };
  const decisions = { findings, rules, outbox, clock, approvalTtlDays, approvalPolicy, ...keys, ...readOnly };
  const paused = () => currentPause({ ...keys, pauses: parts.pauses });
  const shownFindings = withEvidence(findings, parts.evidence);
  const alerts = {
    scans,
    findings: shownFindings,
    clock,
    channels,
    channelLabels,
    alertRules: parts.alertRules,
    telemetry,
    tenantId,
    paused,
  };
  const remediation = () => executionOf(parts);
  // Without the remediator's state, the data table alone says whether remediation is paused.
  const pause = { ...keys, pauses: parts.pauses, clock, ...(parts.state && { state: parts.state }) };
  const ownScans = shared.ownScansOf(known);
  const { checkpoints, keyReading } = parts.options;
  const inventory = parts.inventory && { inventory: parts.inventory, ...(checkpoints && { checkpoints }) };
  const anchors = parts.anchors && { anchors: parts.anchors };
  return {
    tenantId,
    author: () => authorOf(parts),
    approver: () => approverOf(config, parts.reader, userInfo().username),
    webDecisions: () => parts.webDecisions,
    scanContext: ({ inBackground = false } = {}) => ({
      directory: inBackground ? parts.directory.inBackground : parts.directory,
      findings,
      scans,
      evidence: parts.evidence,
      clock,
      rules,
      settings: { ...defaultDeadline, ...config.scan },
      remedyOptions: config.remediation,
      outbox,
      channels,
      telemetry,
      tenantId,
      ownScans,
      ...inventory,
      ...(keyReading && { keyReading }),
      onCounted: boundHeap,
      ...anchors,
      ...knownTenantId,
    }),
    alerts: () => ({ ...alerts, inbox, ...knownTenantId, contextOf: contextIn(parts, alerts) }),
    poison: () => ({ ...alerts, outbox, remediation }),
    records: () => ({ findings: shownFindings, scans, clock, cloud, ...anchors }),
    decisions: () => decisions,
    pause: () => pause,
    review: () => ({
      ...decisions,
      findings: shownFindings,
      pause,
      scans,
      rules,
      config: { cloud, remediation: config.remediation },
      diagnosis: parts.diagnosis,
      tenantId,
      examine: () => examineInstallation(doctorOf(parts, known)),
      settings: shownSettings(parts.env),
    }),
    remediation,
    remediationQueue: () => (parts.remediator ? { inbox, clock, limits, remediation } : undefined),
    embeddedInbox: () => (config.storage.kind === 'embedded' ? inbox : undefined),
    diagnosis: () => parts.diagnosis,
    doctor: async () => doctorOf(parts, known),
    live: () => liveOf(parts),
    proof: () => proofOf(parts),
    health: installation.health,
    close: installation.close,
  };
}

/** With one tenant, a message is about that tenant, whatever it says. */
function contextIn({ config, installation }: TenantParts, own: ReturnType<AlertQueue['contextOf']>) {
  const several = config.tenants.tenantIds.length > 0;
  return (message: unknown) => (several ? installation.runtimeFor(message).alerts() : own);
}

async function executionOf(parts: TenantParts): Promise<RemediationExecution> {
  const { config, options, directory, findings, outbox, clock, rules, remediator, readOnly, state } = parts;
  // A verifier and no signer: nothing that executes can approve.
  const { verifier, approvalPolicy } = parts;
  if (!state) throw noStateStorage();
  return {
    directory,
    findings,
    outbox,
    clock,
    rules,
    // A recheck judges with the settings of the scan.
    tenant: { ...(await directory.organization()), ...settingsOfRules(config) },
    remediator,
    ...(verifier && { verifier }),
    approvalPolicy,
    ...(readOnly && { readOnly }),
    remedyOptions: config.remediation,
    patience: options.patience ?? defaultPatience,
    owner: worker,
    limits: config.remediation,
    state,
    pauses: parts.pauses,
  };
}

function liveOf({ app, config, credential, options, rules }: TenantParts): LiveContext {
  const probe = app.liveProbe?.(config, credential, options.graphCalls);
  if (!probe) throw new Error('This app cannot ask a live tenant.');
  return { probe, rules };
}

async function proofOf(parts: TenantParts): Promise<ProofContext> {
  const { app, config, env, options, directory, clock, rules, remediator, readOnly } = parts;
  return {
    directory,
    clock,
    rules,
    remediator,
    throwaway: remediator && app.throwaway?.(config, env, options.graphCalls),
    tenant: await directory.organization(),
    remedyOptions: config.remediation,
    patience: options.patience ?? defaultPatience,
    ...(readOnly && { readOnly }),
  };
}

function settingsOfRules({ scan: { firstParty, expiry } }: TenantParts['config']): RuleSettings {
  return { firstParty, expiry };
}

function doctorOf(parts: TenantParts, known: string | undefined): DoctorContext {
  const { config, directory, remediator, scans, rules, outbox, channels, readOnly, clock, tenantId } = parts;
  const { multiTenantClientId: app } = config.tenants;
  return {
    directory,
    remediator,
    scans,
    rules,
    remedyOptions: config.remediation,
    outbox,
    channels,
    channelAlternatives: channelAlternatives('and'),
    ...(readOnly && { readOnly }),
    ...(known && app && { consentUrl: adminConsentUrl(config.cloud, known, app) }),
    ...(config.scan.sentinelSchedule && { sentinelSchedule: config.scan.sentinelSchedule }),
    ...(config.telemetry && { telemetryEndpoint: config.telemetry.endpoint }),
    clock,
    paused: () => currentPause({ pauses: parts.pauses }),
    ...(config.scan.deltaScans && parts.inventory && { deltaInventory: parts.inventory }),
    prepareStorage: () => prepareData(parts),
    storagePlace: parts.storage.place,
    ...(remediator && hasStateAccount(config) && { prepareState: () => prepareState(parts) }),
    tenantId,
    clockSkew: () => clockSkew(config.graph, () => Date.parse(systemClock.now())),
  };
}

/** Creates the missing tables and queues of the data account, with the remediator's state where that account holds it. */
async function prepareData({ config, storage, stateStorage, app }: TenantParts): Promise<void> {
  await ensureStorage(storage, app.queues);
  await requireKnownTables(storage);
  if (stateStorage && !hasStateAccount(config)) await prepareStateIn(stateStorage);
}

/** Creates the table of the remediator's own state where it is missing. */
async function prepareState({ stateStorage }: TenantParts): Promise<void> {
  if (!stateStorage) throw noStateStorage();
  await prepareStateIn(stateStorage);
}

async function prepareStateIn(stateStorage: Storage): Promise<void> {
  await ensureRemediatorState(stateStorage);
  await requireKnownState(stateStorage);
}

/** The principal that is signed in, and not the app through which a tenant is read. */
async function authorOf({ config, reader }: TenantParts): Promise<string> {
  const signedIn = createDirectory({ graph: config.graph, credential: reader });
  const principal = await signedIn.principal().catch(() => undefined);
  return principal ?? `local:${userInfo().username}`;
}

/** Names this process among the workers. */
const worker = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
