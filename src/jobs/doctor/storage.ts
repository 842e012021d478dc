import { type PauseStatement, pauseSentence } from '../../model/remediation/pause.js';
import { freshnessOf, overdueAfterHours } from '../../model/scan/scan-freshness.js';
import { quantity } from '../../model/text/format.js';
import { sentinelProblem } from '../alerts/sentinel-problem.js';
import type { Clock, InventoryStore, Outbox, ScanStore } from '../ports/index.js';
import { type DeltaOff, howToResume, readDeltaOff } from '../scan/delta/delta-off.js';
import { newestScans } from '../scan/newest-scans.js';
import { latestRuns } from '../sentinel/latest-runs.js';
import { type Check, checked, examine } from './check.js';

/** The parts of an installation that use storage. */
export interface StoredParts {
  /** Creates the tables and queues that are missing, as every command does. */
  readonly prepareStorage: () => Promise<void>;
  /** Where it is: the address of the account's tables, or the path of the file. */
  readonly storagePlace: string;
  /** Creates the table of the remediator's own state; left out where the data account holds it. */
  readonly prepareState?: () => Promise<void>;
  readonly outbox: Pick<Outbox, 'lengths'>;
  readonly scans: Pick<ScanStore, 'scans' | 'sentinelRuns'>;
  /** The setting SENTINEL_SCHEDULE; left out if the sentinel is off. */
  readonly sentinelSchedule?: string;
  readonly tenantId: () => Promise<string>;
  readonly clock: Pick<Clock, 'now'>;
  /** The pause of remediation, if there is one. */
  readonly paused: () => Promise<PauseStatement | undefined>;
  /** Where the inventory of delta queries is; left out if the setting DELTA_SCANS is off. */
  readonly deltaInventory?: InventoryStore;
}

/** Checks the tables, the queues and the stored scans; the other checks are skipped if storage does not answer. */
export async function examineStorage(parts: StoredParts): Promise<readonly Check[]> {
  const storage = await examine('storage', async () => {
    await parts.prepareStorage();
    return [checked('storage', 'ok', `All tables and queues exist and are writable: ${parts.storagePlace}.`)];
  });
  if (storage.some(({ outcome }) => outcome !== 'ok')) {
    const rest = ['queues', 'scans', 'sentinel'].map((check) => checked(check, 'unknown', 'Storage does not answer.'));
    return [...storage, ...rest];
  }
  const queues = await examine('queues', () => examineQueues(parts));
  const scans = await examine('scans', () => examineScans(parts));
  const sentinel = await examine('sentinel', () => examineSentinel(parts));
  const pause = await examine('pause', () => examinePause(parts));
  const delta = await examine('delta', () => examineDelta(parts));
  return [...storage, ...queues, ...scans, ...sentinel, ...pause, ...delta];
}

async function examineSentinel({ scans, tenantId, sentinelSchedule, clock }: StoredParts): Promise<Check[]> {
  const [latest] = await latestRuns(scans, await tenantId(), 1);
  const ran = latest ? ` The last run, of ${latest.startedAt}, is ${latest.status}.` : '';
  if (sentinelSchedule === undefined) {
    const fix =
      'To find new symmetric signing keys between two scans, set SENTINEL_SCHEDULE (docs/operate.md, Sentinel).';
    return [checked('sentinel', 'ok', `Off: SENTINEL_SCHEDULE is not set.${ran}`, fix)];
  }
  const detail = `On: SENTINEL_SCHEDULE is ${sentinelSchedule}.${ran}`;
  const problem = latest && (await sentinelProblem(scans, { tenantId: latest.tenantId, startedAt: clock.now() }));
  if (!problem) return [checked('sentinel', 'ok', detail)];
  const fix =
    'Fix the cause, then run `consentinel sentinel`. The next run continues where the last complete run ended.';
  return [checked('sentinel', 'warning', `${detail} ${problem}`, fix)];
}

/** Reports delta queries that missed changes. An installation without DELTA_SCANS needs no line. */
async function examineDelta({ deltaInventory, tenantId }: StoredParts): Promise<Check[]> {
  if (!deltaInventory) return [];
  const tenant = await tenantId();
  const off = await readDeltaOff(deltaInventory, tenant);
  if (off) return [deltaWarning(off, 'object', 'Delta queries are off', 'Every scan lists all objects.')];
  const grantsOff = await readDeltaOff(deltaInventory, tenant, 'grants');
  if (!grantsOff) return [checked('delta', 'ok', 'Scans use delta queries.')];
  const subject = 'Delta queries of permission grants are off';
  return [deltaWarning(grantsOff, 'permission grant', subject, 'Every scan reads all permission grants.')];
}

function deltaWarning({ at, missed }: DeltaOff, of: string, subject: string, consequence: string): Check {
  const changes = missed === undefined ? 'changes' : `changes of ${quantity(missed, of)}`;
  const since = at === undefined ? '' : ` since ${at}`;
  const detail = `${subject}${since}: Microsoft Graph did not report ${changes}. ${consequence}`;
  return checked('delta', 'warning', detail, howToResume);
}

/** Reports a pause only: an installation that is not paused needs no line. */
async function examinePause({ paused }: StoredParts): Promise<Check[]> {
  const pause = await paused();
  if (!pause) return [];
  const fix = 'To resume, run `consentinel remediation resume`, or use the overview of the review page.';
  return [checked('pause', 'warning', pauseSentence(pause), fix)];
}

/** Checks the remediator's own storage account, where it has one. */
export async function examineRemediatorStorage({ prepareState }: StoredParts): Promise<readonly Check[]> {
  if (!prepareState) return [];
  return examine('remediator storage', async () => {
    await prepareState();
    return [checked('remediator storage', 'ok', 'The table of the budget and the used approvals exists.')];
  });
}

async function examineQueues({ outbox }: StoredParts): Promise<Check[]> {
  const lengths = await outbox.lengths();
  return lengths.map(({ queue, waiting, givenUp }) => {
    const detail = `${queue}: ${waiting} queued, ${givenUp} abandoned.`;
    if (givenUp === 0) return checked('queues', 'ok', detail);
    const fix = `The function that watches ${queue}-poison empties it. Check that the function app runs, then see docs/operate.md, Poison messages.`;
    return checked('queues', 'warning', detail, fix);
  });
}

async function examineScans({ scans, tenantId, clock }: StoredParts): Promise<Check[]> {
  const newest = await newestScans(scans, await tenantId());
  const { ended, complete } = newest;
  const age = complete ? `The last complete scan ended at ${complete.finishedAt}` : 'No complete scan exists';
  const overdue = 'Run `consentinel scan`, or see docs/operate.md, No complete scan.';
  const freshness = {
    ok: checked('scans', 'ok', `${age}.`),
    fails: checked('scans', 'fails', `${age}. A scan must be complete every ${overdueAfterHours} hours.`, overdue),
    unknown: checked('scans', 'warning', 'No scan is finished.', 'Run `consentinel scan`.'),
  }[freshnessOf(newest, clock.now())];
  if (!ended || ended.status === 'complete') return [freshness];
  const detail = `The last scan, of ${ended.startedAt}, is ${ended.status}.`;
  return [freshness, checked('scans', 'warning', detail, ended.errors[0]?.message)];
}
