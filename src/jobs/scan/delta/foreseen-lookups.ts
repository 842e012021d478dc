import type { Directory, ForeseenParts, InventoryLog } from '../../ports/index.js';
import { ForeseenTenant } from './foreseen-tenant.js';

/** The direct lookups of a scan that the next scan probably repeats. */
type LookupName =
  | 'anyGrantOn'
  | 'anybodyAssignedTo'
  | 'appRoleAssignedTo'
  | 'appRolesHeldBy'
  | 'applicationsByAppId'
  | 'grantsTo'
  | 'haveEntries'
  | 'permissionClassifications'
  | 'servicePrincipalsByAppId';
/** What is looked up: the method, and its argument besides the ids. */
type LookupKind = readonly [LookupName, (string | readonly string[])?];
type Found = Map<string, unknown>;

/** With more lookups, their batches are full when they are needed. */
const mostForeseen = 60;

/** Lookups of one kind: their ids, and those whose list was empty. */
type StoredLookup = readonly [kind: LookupKind, ids: readonly string[], empty?: readonly string[]];

/** What is committed. */
interface StoredLookups {
  readonly lookups: readonly StoredLookup[];
  readonly parts?: ForeseenParts;
}

interface Foreseen {
  /** What the scan has not asked for yet. */
  readonly ids: Set<string>;
  /** Undefined if Graph could not be read. */
  readonly found: Promise<Found | undefined>;
}

/**
 * The lookups that no listing and no delta answers, such as the assignments to an API: in most nights a tenant needs those of the
 * night before. They begin with the delta queries and come in the same batches. Each answer is used once, and only in a scan
 * that takes the objects from the inventory: a full listing takes too long after them. A list that was empty last night, too,
 * needs no second read that shows it.
 */
export class ForeseenLookups {
  /** The parts of the tenant. */
  readonly tenant: ForeseenTenant;
  readonly #stored: string;
  readonly #lookups: StoredLookups['lookups'];
  /** By kind, the ids, and whether their list was empty. */
  readonly #asked = new Map<string, Map<string, boolean>>();
  readonly #foreseen = new Map<string, Foreseen>();

  /** @param log authentic, or not committed */
  constructor(private readonly log: InventoryLog) {
    const committed = log.committed?.position as StoredLookups | undefined;
    this.#lookups = committed?.lookups ?? [];
    this.tenant = new ForeseenTenant(committed?.parts ?? {});
    this.#stored = JSON.stringify(committed);
  }

  /** Requests the answers. */
  begin(directory: Directory, signal: AbortSignal): void {
    for (const [kind, ids, empty] of this.#lookups) {
      const found = lookUp(directory, kind, ids, signal, new Set(empty)).catch(() => undefined);
      this.#foreseen.set(JSON.stringify(kind), { ids: new Set(ids), found });
    }
  }

  /** Forgets the answers: the scan lists all objects first. */
  drop(): void {
    this.#foreseen.clear();
  }

  /** The directory whose lookups use the answers, and are noted for the next scan. */
  over(directory: Directory): Directory {
    const through = (
      kind: LookupKind,
      ids: readonly string[],
      signal: AbortSignal | undefined,
      knownEmpty?: ReadonlySet<string>,
    ) => this.#lookUp(directory, kind, ids, signal, knownEmpty);
    const byIds =
      (name: LookupName) => (ids: readonly string[], signal?: AbortSignal, knownEmpty?: ReadonlySet<string>) =>
        through([name], ids, signal, knownEmpty);
    const lookups = {
      anyGrantOn: byIds('anyGrantOn'),
      anybodyAssignedTo: byIds('anybodyAssignedTo'),
      appRoleAssignedTo: byIds('appRoleAssignedTo'),
      appRolesHeldBy: byIds('appRolesHeldBy'),
      grantsTo: byIds('grantsTo'),
      permissionClassifications: byIds('permissionClassifications'),
      haveEntries: (list: string, ids: readonly string[], signal?: AbortSignal, knownEmpty?: ReadonlySet<string>) =>
        through(['haveEntries', list], ids, signal, knownEmpty),
      applicationsByAppId: (appIds: readonly string[], select: readonly string[], signal?: AbortSignal) =>
        through(['applicationsByAppId', select], appIds, signal),
      servicePrincipalsByAppId: (appIds: readonly string[], select: readonly string[], signal?: AbortSignal) =>
        through(['servicePrincipalsByAppId', select], appIds, signal),
    };
    return { ...directory, ...(lookups as Pick<Directory, LookupName>) };
  }

  /** Stores the lookups of this scan, if they differ from the stored ones. @throws as `InventoryLog.commit` */
  async store(): Promise<void> {
    const asked = [...this.#asked].map(([kind, ids]): StoredLookup => {
      const empty = [...ids].filter(([, isEmpty]) => isEmpty).map(([id]) => id);
      return [JSON.parse(kind) as LookupKind, [...ids.keys()].sort(), empty.sort()];
    });
    const count = asked.reduce((sum, [, ids]) => sum + ids.length, 0);
    const lookups = count > mostForeseen ? [] : asked.sort((a, b) => compare(String(a[0]), String(b[0])));
    const noted: StoredLookups = { lookups, parts: this.tenant.parts };
    if (JSON.stringify(noted) !== this.#stored) await this.log.commit(noted);
  }

  async #lookUp(
    directory: Directory,
    kind: LookupKind,
    ids: readonly string[],
    signal: AbortSignal | undefined,
    knownEmpty?: ReadonlySet<string>,
  ): Promise<Found> {
    if (ids.length === 0) return new Map();
    const name = JSON.stringify(kind);
    const foreseen = this.#foreseen.get(name);
    const answered = ids.filter((id) => foreseen?.ids.delete(id));
    const known = answered.length > 0 ? await foreseen?.found : undefined;
    const isKnown = new Set(known && answered);
    const others = ids.filter((id) => !isKnown.has(id));
    const found = others.length > 0 ? await lookUp(directory, kind, others, signal, knownEmpty) : new Map();
    const all = new Map([...[...(known ?? [])].filter(([id]) => isKnown.has(id)), ...found]);
    this.#note(name, ids, all);
    return all;
  }

  #note(name: string, ids: readonly string[], found: Found): void {
    const asked = this.#asked.get(name) ?? new Map<string, boolean>();
    this.#asked.set(name, asked);
    if (asked.size <= mostForeseen) for (const id of ids) asked.set(id, found.get(id) === false);
  }
}

function lookUp(
  directory: Directory,
  [name, argument]: LookupKind,
  ids: readonly string[],
  signal: AbortSignal | undefined,
  knownEmpty?: ReadonlySet<string>,
): Promise<Found> {
  const some = [...ids];
  switch (name) {
    case 'haveEntries':
      return directory.haveEntries(argument as Parameters<Directory['haveEntries']>[0], some, signal, knownEmpty);
    case 'anybodyAssignedTo':
      return directory.anybodyAssignedTo(some, signal, knownEmpty);
    case 'applicationsByAppId':
      return directory.applicationsByAppId(some, argument as never, signal);
    case 'servicePrincipalsByAppId':
      return directory.servicePrincipalsByAppId(some, argument as never, signal);
    default:
      return directory[name](some, signal);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
