import type { Collection } from '../../../model/entra/collection.js';
import { codeOf, explain } from '../../../model/errors.js';
import type { Clock, DirectoryStats, InventoryLog } from '../../ports/index.js';
import type { Selection } from '../../tenant/selection.js';
import { noStats, totalStats } from '../directory-stats.js';
import type { CheckpointLog, Recorder } from './checkpoint-log.js';
import type { CheckpointSettings } from './checkpoint-settings.js';
import { ListingCheckpoint } from './listing-checkpoint.js';
import { listingLog, type ScanLogs, type ScanState, stateLog } from './scan-state.js';
import { TenantCheckpoint } from './tenant-checkpoint.js';

/** What a checkpoint needs. */
export interface CheckpointContext extends ScanLogs {
  readonly settings: CheckpointSettings;
  readonly clock: Pick<Clock, 'now'>;
  /** What decides which parts of the tenant are read: the ids of the rules. */
  readonly rules: readonly string[];
  /** The requests of this run so far. */
  stats(): DirectoryStats;
  /** Milliseconds that the fastest answer of Graph took; undefined before the first. */
  fastestAnswer(): number | undefined;
}

/** Failures in a row after which a scan goes on without checkpoints. */
const mostFailures = 3;
/** Objects of a page, for an estimate of the number of pages. Source: Graph, list applications: `$top` up to 999. */
const pageSize = 999;

/**
 * The checkpoints of one scan: the parts of the tenant, what its listings returned, and where they continue, in the inventory.
 * A failure of storage never stops the scan.
 */
export class ScanCheckpoint implements Recorder {
  /** The state that an earlier run of the scan stored; undefined for a scan that begins. */
  resumed: ScanState | undefined;
  /** Why checkpoints stopped, or stored ones did not count: sentences for the reader. */
  readonly warnings: string[] = [];
  /** The parts of the tenant. */
  tenant = new TenantCheckpoint(this);
  #tenantLog: InventoryLog | undefined;
  #state: ScanState | undefined;
  /** Empty before the listings begin. */
  #logs: readonly CheckpointLog[] = [];
  #running: Promise<void> | undefined;
  #failures = 0;
  #stopped = false;
  /** No further commit begins in the background. */
  #isEnding = false;
  #committedAt = 0;
  #committedPages = 0;
  #pagesPerCommit = 1;

  private constructor(
    private readonly context: CheckpointContext,
    private log: InventoryLog | undefined,
  ) {}

  /** A checkpoint for a scan that begins. It makes no call. */
  static begin(context: CheckpointContext): ScanCheckpoint {
    return new ScanCheckpoint(context, undefined);
  }

  /**
   * The checkpoint of a scan that has a row already. If it is too old, not authentic, or cannot be read, the scan starts
   * over.
   */
  static async resume(context: CheckpointContext): Promise<ScanCheckpoint> {
    const checkpoint = new ScanCheckpoint(context, undefined);
    await checkpoint.#unlessFailed(async () => {
      const log = await stateLog(context);
      checkpoint.log = log;
      if (log.rejected !== undefined) checkpoint.#rejected(log.rejected);
      const state = log.committed?.position as ScanState | undefined;
      if (!state || checkpoint.#isTooOld(state)) return log.restart();
      const tenantLog = await listingLog(context, 'tenant', context.rules);
      checkpoint.tenant = await TenantCheckpoint.open(tenantLog, state.startedAt, checkpoint, (reason) =>
        checkpoint.#rejected(reason),
      );
      checkpoint.#tenantLog = tenantLog;
      checkpoint.resumed = state;
    });
    return checkpoint;
  }

  /** Whether pages are recorded. */
  get records(): boolean {
    return this.#logs.length > 0 && !this.#stopped;
  }

  /**
   * Opens the listings, with what an earlier run stored.
   * @param state of the scan that begins
   * @returns undefined for a tenant that needs no checkpoint, and if storage failed
   */
  async listings(
    select: Selection,
    state: Pick<ScanState, 'startedAt' | 'isFirst' | 'counts' | 'keysAreIndexed'>,
  ): Promise<Record<Collection, ListingCheckpoint> | undefined> {
    const { resumed, context } = this;
    const { applications, servicePrincipals } = state.counts;
    const total = (applications ?? 0) + (servicePrincipals ?? 0);
    const isWorthwhile = total >= context.settings.leastObjects && !this.#isFast;
    if (this.#stopped || (!resumed && !isWorthwhile)) return this.end();
    this.#pagesPerCommit = Math.max(
      context.settings.leastPages,
      Math.floor((context.settings.shareOfPages * total) / pageSize),
    );
    this.#committedAt = Date.parse(context.clock.now());
    this.#state = {
      ...(resumed ?? { recorded: 0, stats: noStats }),
      ...state,
      continued: resumed ? resumed.continued + 1 : 0,
    };
    const opened = await this.#unlessFailed(async () => {
      this.log ??= await stateLog(context);
      const tenantLog = this.#tenantLog ?? (await listingLog(context, 'tenant', context.rules));
      const listing = async (collection: Collection, selected: readonly string[]) => {
        const log = await listingLog(context, collection, selected);
        return ListingCheckpoint.open(log, state, this, (reason) => this.#rejected(reason));
      };
      const opened = {
        servicePrincipals: await listing('servicePrincipals', select.servicePrincipal),
        applications: await listing('applications', select.application),
      };
      this.#logs = [...Object.values(opened), this.tenant];
      this.tenant.attach(tenantLog, state.startedAt);
      return opened;
    });
    return opened ?? this.end();
  }

  /** The scan has no checkpoints. */
  end(): undefined {
    this.tenant.end();
  }

  /** How often the scan has continued, this run included. */
  get continued(): number {
    return this.resumed ? this.resumed.continued + 1 : 0;
  }

  /** The requests of this run and of earlier ones. */
  totalOf(stats: DirectoryStats): DirectoryStats {
    return this.resumed ? totalStats(this.resumed.stats, stats) : stats;
  }

  onRecorded(): void {
    const pages = this.#recordedNow - this.#committedPages;
    const seconds = (Date.parse(this.context.clock.now()) - this.#committedAt) / 1000;
    const isDue = pages >= this.#pagesPerCommit || (pages > 0 && seconds >= this.context.settings.seconds);
    if (isDue) this.#commitInBackground();
  }

  onListed(): void {
    if (this.#recordedNow > this.#committedPages) this.#commitInBackground();
  }

  onFailed(error: unknown): void {
    this.#stop(error);
  }

  /**
   * Stores everything that was recorded, before this run stops.
   * @returns whether a later run can continue the scan: this run has recorded pages, all of them are stored, and the time
   * for all runs has not passed
   */
  async store(): Promise<boolean> {
    this.#isEnding = true;
    await this.#running;
    if (!this.#state || this.#recordedNow === 0 || this.#isTooOld(this.#state)) return false;
    if (this.records) await this.#commit();
    return this.records && this.#failures === 0;
  }

  /** Deletes the checkpoint: the scan has ended. Old ones of other scans are deleted too. */
  async remove(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
    if (!this.log) return;
    const { inventory, tenantId, scanId, clock, settings } = this.context;
    const before = new Date(Date.parse(clock.now()) - 2 * settings.hours * 3_600_000).toISOString();
    this.#stopped = true;
    await inventory.remove({ tenantId, purpose: 'scan', id: scanId }).catch(() => {});
    await inventory.prune(tenantId, before).catch(() => {});
  }

  /** Whether a page is read again as fast as it is recorded. */
  get #isFast(): boolean {
    const { fastestAnswer, settings } = this.context;
    return (fastestAnswer() ?? Number.POSITIVE_INFINITY) < settings.leastLatency;
  }

  get #recordedNow(): number {
    return this.#logs.reduce((total, { recorded }) => total + recorded, 0);
  }

  #isTooOld({ startedAt }: ScanState): boolean {
    const { clock, settings } = this.context;
    return Date.parse(clock.now()) - Date.parse(startedAt) > settings.hours * 3_600_000;
  }

  #commitInBackground(): void {
    if (this.#running || this.#stopped || this.#isEnding) return;
    this.#running = this.#commit().finally(() => {
      this.#running = undefined;
      // Pages arrived meanwhile, and none may follow.
      this.onRecorded();
    });
  }

  async #commit(): Promise<void> {
    const recorded = this.#recordedNow;
    this.#committedAt = Date.parse(this.context.clock.now());
    this.#committedPages = recorded;
    const { stats } = this.context;
    const state = this.#state && {
      ...this.#state,
      recorded: this.#state.recorded + recorded,
      stats: totalStats(this.#state.stats, stats()),
    };
    // Each log is stored by itself: none depends on another.
    const results = await Promise.allSettled([
      ...this.#logs.filter(({ isDue }) => isDue).map((log) => log.commit()),
      this.log?.commit(state),
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    this.#failures = failed ? this.#failures + 1 : 0;
    if (failed && (codeOf(failed.reason) !== 'storage-unavailable' || this.#failures >= mostFailures))
      this.#stop(failed.reason);
  }

  async #unlessFailed<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#stop(error);
      return undefined;
    }
  }

  #stop(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.warnings.push(`The scan continues without checkpoints. If it is stopped, it starts over. ${explain(error)}`);
  }

  #rejected(reason: string): void {
    this.warnings.push(`The scan could not continue an earlier run and reads all objects again. ${reason}`);
  }
}
