import pLimit from 'p-limit';
import { codeOf } from '../../../model/errors.js';
import { grantIndexOf } from '../../../model/tenant/grant-reading.js';
import type { PermissionGrant } from '../../../model/tenant/grants.js';
import type { TenantParts } from '../../../model/tenant/tenant.js';
import type { Dependents, Directory, GrantsPage, GrantsPosition, InventoryLog } from '../../ports/index.js';
import type { CheckpointLog, Recorder, StoredPosition } from './checkpoint-log.js';
import { restoredPart, type StoredPart } from './stored-parts.js';

/** Characters of JSON. A larger part may not fit into a row of the table: a scan that continues reads it again. */
const largestPart = 500_000;

/** Apps whose dependents are read and recorded together: five requests each fill one batch. */
const appsTogether = 4;
/** The batches that are under way at the same time. After a kill they are sent again. */
const batchesAtOnce = 8;

/** A part, what depends on an app, or one grant: the grants of a page can be divided into several rows. */
type TenantEntry =
  | { readonly part: StoredPart; readonly value: unknown }
  | { readonly appId: string; readonly dependents: Dependents }
  | PermissionGrant;

/**
 * Records the parts of the tenant that were read, the pages of the grants with their position, and what depends on apps, and
 * returns what an earlier run of the scan recorded. What could not be read is not recorded.
 */
export class TenantCheckpoint implements CheckpointLog {
  /** Where it is recorded; undefined until `attach`. */
  #attached: { readonly log: InventoryLog; readonly startedAt: string } | undefined;
  /** What was read before `attach`; undefined after `end`. */
  #waiting: (() => void)[] | undefined = [];
  readonly #parts = new Map<StoredPart, unknown>();
  readonly #dependents = new Map<string, Dependents>();
  /** The grants that an earlier run read. */
  #grants: PermissionGrant[] = [];
  #position: GrantsPosition | undefined;
  #recorded = 0;
  #committed = 0;

  constructor(private readonly recorder: Recorder) {}

  /**
   * What an earlier run stored. The caller attaches the log later.
   * @param startedAt the first start of the scan: what was stored before an earlier one does not count
   * @param onRejected called with the reason if the stored parts are not authentic: all are then read again
   * @throws ConsentinelError of storage
   */
  static async open(
    log: InventoryLog,
    startedAt: string,
    recorder: Recorder,
    onRejected: (reason: string) => void,
  ): Promise<TenantCheckpoint> {
    const checkpoint = new TenantCheckpoint(recorder);
    if (log.rejected !== undefined) onRejected(log.rejected);
    const stored = log.committed?.position as StoredPosition<GrantsPosition> | undefined;
    if (stored?.startedAt !== startedAt) {
      log.restart();
      return checkpoint;
    }
    try {
      for await (const entries of log.chunks()) checkpoint.#take(entries as readonly TenantEntry[]);
    } catch (error) {
      if (codeOf(error) !== 'storage-malformed') throw error;
      onRejected((error as Error).message);
      log.restart();
      return new TenantCheckpoint(recorder);
    }
    checkpoint.#position = stored.position;
    return checkpoint;
  }

  /** Records what was read until now, and what will be read. The recorder must record from now on. */
  attach(log: InventoryLog, startedAt: string): void {
    this.#attached = { log, startedAt };
    for (const record of this.#waiting?.splice(0) ?? []) record();
  }

  /** Records nothing: the scan has no checkpoints. */
  end(): void {
    this.#waiting = undefined;
  }

  get isDue(): boolean {
    return this.#recorded > this.#committed;
  }

  get recorded(): number {
    return this.#recorded;
  }

  async commit(): Promise<void> {
    if (!this.#attached) return;
    const { log, startedAt } = this.#attached;
    const recorded = this.#recorded;
    await log.commit({ startedAt, position: this.#position } satisfies StoredPosition<GrantsPosition>);
    this.#committed = recorded;
  }

  /** The directory whose parts of the tenant come from the checkpoint where an earlier run stored them. */
  directoryOver(directory: Directory): Directory {
    const grantPages: Directory['grantPages'] = (signal) => this.#grantPages(directory, signal);
    return {
      ...directory,
      grantPages,
      tenantPart: async (part, signal, foreseen) => {
        if (part === 'grants') return (await grantIndexOf(grantPages(signal))) as never;
        const stored: StoredPart = part;
        return (await this.#partOf(stored, () => directory.tenantPart(stored, signal, foreseen))) as never;
      },
      signInFailures: (request, signal) =>
        this.#partOf('signInFailures', () => directory.signInFailures(request, signal)),
    };
  }

  /** The directory whose `dependentsOf` comes from the checkpoint in the same way. */
  withDependents(directory: Directory): Directory {
    return { ...directory, dependentsOf: (appIds, signal) => this.#readDependents(directory, appIds, signal) };
  }

  async #partOf<P extends StoredPart>(part: P, read: () => Promise<TenantParts[P]>): Promise<TenantParts[P]> {
    if (this.#parts.has(part)) return restoredPart(part, this.#parts.get(part));
    const value = await read();
    if (JSON.stringify(value).length <= largestPart) this.#record([{ part, value }]);
    return value;
  }

  /** The grants of earlier runs, and the pages that follow. A scan reads them once: the former are not kept. */
  async *#grantPages(
    directory: Directory,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<GrantsPage, void, undefined> {
    const from = this.#position;
    const position = from ?? { byType: false, next: [], pages: 0, types: [] };
    const grants = this.#grants;
    this.#grants = [];
    if (grants.length > 0) yield { grants, position };
    for await (const page of directory.grantPages(signal, from)) {
      this.#record(page.grants, page.position);
      yield page;
    }
    this.recorder.onListed();
  }

  async #readDependents(
    directory: Directory,
    appIds: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Map<string, Dependents>> {
    if (!this.#attached) return directory.dependentsOf(appIds, signal);
    const all = new Map(appIds.flatMap((appId) => entryOf(this.#dependents, appId)));
    const unread = appIds.filter((appId) => !all.has(appId));
    const groups: (readonly string[])[] = [];
    for (let at = 0; at < unread.length; at += appsTogether) groups.push(unread.slice(at, at + appsTogether));
    const limit = pLimit(batchesAtOnce);
    try {
      await limit.map(groups, async (group) => {
        const read = await directory.dependentsOf(group, signal);
        for (const [appId, dependents] of read) all.set(appId, dependents);
        this.#record([...read].map(([appId, dependents]) => ({ appId, dependents })));
      });
    } finally {
      // After a failure, the groups that have not begun are not needed.
      limit.clearQueue();
    }
    this.recorder.onListed();
    return all;
  }

  #take(entries: readonly TenantEntry[]): void {
    for (const entry of entries) {
      if ('part' in entry) this.#parts.set(entry.part, entry.value);
      else if ('appId' in entry) this.#dependents.set(entry.appId, entry.dependents);
      else this.#grants.push(entry);
    }
  }

  #record(entries: readonly TenantEntry[], position?: GrantsPosition): void {
    if (!this.#attached) {
      this.#waiting?.push(() => this.#record(entries, position));
      return;
    }
    if (!this.recorder.records) return;
    // In one turn: a commit between them would store a position without its page.
    const appended = this.#attached.log.append(entries);
    this.#position = position ?? this.#position;
    this.#recorded++;
    this.recorder.onRecorded();
    appended.catch((error: unknown) => this.recorder.onFailed(error));
  }
}

function entryOf<T>(values: ReadonlyMap<string, T>, key: string): [string, T][] {
  const value = values.get(key);
  return value === undefined ? [] : [[key, value]];
}
