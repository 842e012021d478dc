import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../../src/config.js';
import { processAlerts } from '../../../src/jobs/alerts/process-alerts.js';
import { approve } from '../../../src/jobs/remediation/approve.js';
import { runRemediations } from '../../../src/jobs/remediation/queue.js';
import { scanTenant } from '../../../src/jobs/scan/scan-tenant.js';
import type { Finding } from '../../../src/model/finding/finding.js';
import type { Scan } from '../../../src/model/scan/scan.js';
import { createInstallation, type RuntimeOptions } from '../../../src/runtime.js';
import type { SimulatedTenant } from '../../../src/simulator/http/server.js';
import { aFaultProxy, type FaultProxy } from '../../support/fault-proxy.js';
import { aLaptop, type Laptop } from '../../support/laptop.js';
import { type RuntimeParts, withParts } from '../../support/runtime-parts.js';
import { azuriteConnectionString, type TestStorage } from '../../support/storage.js';
import { aTokenRouter } from '../../support/token-router.js';
import { aTeamsSink, type WebhookSink } from '../../support/webhook-sink.js';
import { storedFindings, undisturbedStorage } from './stored-state.js';
import { remediatedApp } from './two-nights.js';

/** One for all sites. */
export const tokenRouter = await aTokenRouter('secret-of-the-matrix');

/** Short budgets: what a call may take at most, in milliseconds. Waits between two attempts count, and do not happen. */
const shortBudgets: RuntimeOptions = {
  patience: { agreeing: 2, firstMilliseconds: 5, longestMilliseconds: 5, totalMilliseconds: 15 },
  graphCalls: { timeout: 700, budget: 4_000, wait: () => pause(1), random: () => 0, pageSize: 10 },
  storageTimeouts: { attempt: 700, call: 2_500 },
};

/** The same waits, and the time that a busy machine needs: for nights that must not fail. */
const longBudgets: RuntimeOptions = {
  ...shortBudgets,
  graphCalls: { ...shortBudgets.graphCalls, timeout: 60_000, budget: 300_000 },
  storageTimeouts: { attempt: 30_000, call: 60_000 },
};

/** A simulated tenant and an installation whose storage is behind a proxy. */
export interface Site {
  readonly laptop: Laptop;
  /** The installation with short budgets. */
  readonly impatient: RuntimeParts;
  /** The same installation with long budgets. */
  readonly patient: RuntimeParts;
  readonly proxy: FaultProxy;
  readonly teams: WebhookSink;
  /** Without the proxy. */
  readonly storage: TestStorage;
  readonly tenantId: string;
  close(): Promise<void>;
}

/** Prepares a site. The tables and queues of the prefix are created when the night begins. */
export async function aSite(
  tenant: SimulatedTenant,
  prefix = newPrefix(),
  options: Pick<RuntimeOptions, 'keyReading'> = {},
): Promise<Site> {
  const [proxy, teams] = await Promise.all([aFaultProxy(azuriteConnectionString()), aTeamsSink()]);
  const settings = {
    ...tokenRouter.settings,
    AzureWebJobsStorage: proxy.connectionString,
    TEAMS_WEBHOOK_URL: teams.url,
    // The safety limit must not hide a wrong resolution.
    MAX_RESOLVED_PERCENT: '100',
  };
  const simulated = { tenant, port: 0, identityHeader: tokenRouter.settings.IDENTITY_HEADER };
  const wiring = { ...options, tablePrefix: prefix, unprepared: true };
  const laptop = await aLaptop(simulated, settings, { ...shortBudgets, ...wiring });
  tokenRouter.add(laptop.simulator);
  const { settings: all } = laptop;
  const patient = await createInstallation(readConfig(all), all, { ...longBudgets, ...wiring });
  return {
    laptop,
    impatient: laptop.runtime,
    patient: withParts(patient.runtime()),
    proxy,
    teams,
    storage: undisturbedStorage(prefix),
    tenantId: tenant.id,
    async close() {
      tokenRouter.remove(laptop.simulator);
      await Promise.all([laptop.close(), patient.close(), proxy.close(), teams.close()]);
    },
  };
}

export const newPrefix = () => `t${randomBytes(6).toString('hex')}`;

/** What a night leaves behind. */
export interface Night {
  /** Undefined where the scan threw. */
  readonly scan: Scan | undefined;
  /** All findings after the scan, before the decisions. */
  readonly afterScan: ReadonlyMap<string, Finding>;
  /** All findings at the end. */
  readonly atEnd: ReadonlyMap<string, Finding>;
  /** What the steps threw, by name of the step. */
  readonly errors: ReadonlyMap<string, unknown>;
}

/** Scans, sends the alert, approves a plan, and executes it: as four commands, each of which may fail. */
export async function runNight({ storage, tenantId }: Site, runtime: RuntimeParts): Promise<Night> {
  const errors = new Map<string, unknown>();
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      errors.set(name, error);
      return undefined;
    }
  };
  const { prepareStorage } = await runtime.doctor();
  await step('prepare', prepareStorage);
  const scan = await step('scan', () => scanTenant(runtime, { requestedBy: 'test', onProgress: () => {} }));
  const afterScan = await storedFindings(storage, tenantId);
  await step('alert', () => processAlerts(runtime));
  await step('approve', () => approveOne(runtime, afterScan));
  await step('remediate', async () => runRemediations(await runtime.remediation(), { maxPerRun: 5 }));
  return { scan, afterScan, atEnd: await storedFindings(storage, tenantId), errors };
}

/** The finding that is approved and remediated. */
export const isRemediated = ({ objectId, ruleId }: Finding): boolean =>
  objectId === remediatedApp.application?.id && ruleId === 'no-symmetric-signing-key';

async function approveOne(runtime: RuntimeParts, findings: ReadonlyMap<string, Finding>): Promise<void> {
  const finding = [...findings.values()].find(isRemediated);
  if (finding?.remediation?.status !== 'proposed') return;
  const { id: findingId, tenantId } = finding;
  await approve(runtime.decisions(), { tenantId, findingId, author: 'ada@example.com', acknowledgeWarnings: true });
}
