import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { createDirectory } from '../graph/reads/directory.js';
import type { Directory, Inbox, InventoryStore, Outbox, ScanStore } from '../jobs/ports/index.js';
import { correctedClock } from '../jobs/scan/corrected-clock.js';
import type { OwnScans } from '../jobs/scan/own-scans.js';
import { measuredFindings } from '../jobs/telemetry/observed-findings.js';
import type { Telemetry } from '../jobs/telemetry/telemetry.js';
import type { Rule } from '../model/rule/rule.js';
import { readOnlyReason } from '../model/tenant/tenant-choice.js';
import { rules as catalogue } from '../rules/index.js';
import type { Storage } from '../storage/connection.js';
import { TableEvidenceStore } from '../storage/evidence-store.js';
import { TableFindingStore } from '../storage/finding-store.js';
import { TablePauseStore } from '../storage/pause-store.js';
import { TableRemediatorState } from '../storage/remediator-state.js';
import { alertRulesOf } from './alert-rules.js';
import type { AppParts } from './app-parts.js';
import { approvalPolicyOf, defaultKeyFolder, verifierOf } from './approvals.js';
import { createDiagnosis } from './diagnosis.js';
import { credentialsOf } from './identities.js';
import type { Installation, RuntimeOptions, Variables } from './installation.js';

/** What the runtimes of an installation have in common. */
export interface SharedParts {
  readonly config: Config;
  readonly env: Variables;
  readonly app: AppParts;
  readonly options: RuntimeOptions;
  /** The data account. */
  readonly storage: Storage;
  /** The account of the remediator's own state; undefined in an app that cannot write to the directory. */
  readonly stateStorage?: Storage;
  readonly scans: ScanStore;
  /** Listed objects; undefined in an app or an installation that keeps none. */
  readonly inventory?: InventoryStore;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly rules: readonly Rule[];
  readonly telemetry: Telemetry;
  readonly installation: Installation;
  /** The scans that this process ran in a tenant, however often its runtime is created. */
  ownScansOf(tenantId: string | undefined): OwnScans;
}

/** The parts of one tenant. */
export type TenantParts = ReturnType<typeof createTenantParts>;

/** @param known the id of the tenant, where the settings or the caller name it */
export function createTenantParts(shared: SharedParts, known: string | undefined) {
  const { config, env, app, options, storage, stateStorage, scans, telemetry } = shared;
  const { tenants } = config;
  const { reader, tenant: credential } = credentialsOf(config, env, known, app.readsAs);
  const readOnly = known && readOnlyReason(tenants, known);
  const directory = createDirectory({
    graph: config.graph,
    credential,
    now: systemClock.now,
    onNotice: options.onNotice,
    ...options.graphCalls,
    ...(known && { tenantId: known }),
  });
  const clock = correctedClock(systemClock, directory);
  const table = new TableFindingStore(storage.findings, { ruleIds: catalogue.map(({ id }) => id), now: clock.now });
  const keyFolder = options.approvalKeyFolder ?? defaultKeyFolder;
  const anchors = app.anchors?.(config, env, options);
  return {
    ...shared,
    clock,
    reader,
    credential,
    directory,
    findings: measuredFindings(table, telemetry),
    evidence: new TableEvidenceStore(storage.scans),
    pauses: new TablePauseStore(storage.findings),
    ...(stateStorage && { state: new TableRemediatorState(stateStorage.remediatorState) }),
    remediator: readOnly ? undefined : app.remediator?.(config, env, options.graphCalls),
    ...(anchors && { anchors }),
    channels: app.channels?.(config, reader, credential) ?? [],
    alertRules: alertRulesOf(config, known),
    // A tenant that the settings do not name can be examined, but not scanned.
    ...(known && (tenants.tenantIds.length > 0 || known === tenants.tenantId) && { knownTenantId: known }),
    ...(readOnly && { readOnly }),
    signer: app.signer?.(config, env, keyFolder),
    verifier: verifierOf(config, keyFolder),
    approvalPolicy: approvalPolicyOf(config, credential),
    webDecisions: app.webDecisions?.(config, env, known),
    diagnosis: createDiagnosis(config, env, known, app.readsAs),
    tenantId: () => (known ? Promise.resolve(known) : tenantAtWork(scans, directory)),
  };
}

/** The tenant, where the settings do not name it. */
async function tenantAtWork(scans: ScanStore, directory: Directory): Promise<string> {
  const stored = await scans.tenants();
  return stored.length === 1 && stored[0] ? stored[0] : (await directory.organization()).id;
}
