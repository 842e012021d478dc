import type { Collection } from '../../../model/entra/collection.js';
import {
  isFasterByHolders,
  type KeyReadingLimits,
  mayExceedSelectLimit,
  type ObjectCounts,
} from '../../../model/scan/key-reading.js';
import { quantity } from '../../../model/text/format.js';
import type { Directory } from '../../ports/index.js';
import { isGraphError } from '../../tenant/graph-error.js';
import type { Selection } from '../../tenant/selection.js';
import type { Counts } from '../checkpoint/scan-state.js';
import type { ScanRecord } from '../scan-record.js';
import { completedDirectory } from './completed-directory.js';
import { type HeldCollection, readHeldCollection } from './held-collection.js';

/** Where a scan reads key credentials. */
export interface KeySource {
  /** Its listings return all objects with the selected properties, key credentials included. */
  readonly directory: Directory;
  /**
   * Whether the key credentials come from the index behind a filter, which lags: then no finding that depends on them changes
   * without a direct read.
   */
  readonly isIndexed: boolean;
}

/** What the decision needs. */
export interface KeyQuestion {
  readonly record: ScanRecord;
  readonly signal: AbortSignal;
  readonly selection: Selection;
  readonly counts: Counts;
  readonly limits: KeyReadingLimits | undefined;
  /** Whether the key credentials may come from the index. */
  readonly mayUseIndex: () => Promise<boolean>;
  /** Whether an earlier run of this scan took them from the index, and its listings continue. */
  readonly continues: boolean;
}

/**
 * Decides whether the listings select key credentials. If Graph's limit for such requests would delay them, the scan lists
 * the holders of keys first, and all objects without their keys: those requests do not count. A tenant whose listings
 * the limit does not delay sends no additional request.
 * @throws ConsentinelError `aborted`, `credential-rejected`, `credential-missing`
 */
export async function keySourceOf(directory: Directory, question: KeyQuestion): Promise<KeySource> {
  const plain = { directory, isIndexed: false };
  const { record, signal, selection } = question;
  const selects = [selection.application, selection.servicePrincipal].some((names) => names.includes('keyCredentials'));
  if (!selects || !(question.continues || (await isFaster(directory, question)))) return plain;
  try {
    const [servicePrincipals, applications] = await Promise.all([
      readHeldCollection(directory, 'servicePrincipals', signal),
      readHeldCollection(directory, 'applications', signal),
    ]);
    if (typeof servicePrincipals === 'string') return noteFallback(record, servicePrincipals, plain);
    if (typeof applications === 'string') return noteFallback(record, applications, plain);
    noteIndex(record, { servicePrincipals, applications });
    return { directory: completedDirectory(directory, { servicePrincipals, applications }), isIndexed: true };
  } catch (error) {
    if (!isGraphError(error)) throw error;
    return noteFallback(record, (error as Error).message, plain);
  }
}

async function isFaster(directory: Directory, { counts, mayUseIndex, limits, signal }: KeyQuestion): Promise<boolean> {
  const objects = known(counts);
  if (!objects || !mayExceedSelectLimit(objects, limits) || !(await mayUseIndex())) return false;
  const count = (of: Collection) => directory.countKeyHolders(of, signal);
  const [applications, servicePrincipals] = await Promise.all([count('applications'), count('servicePrincipals')]);
  const holders = known({ applications, servicePrincipals });
  return holders !== undefined && isFasterByHolders(objects, holders, limits);
}

function known({ applications, servicePrincipals }: Counts): ObjectCounts | undefined {
  return applications === undefined || servicePrincipals === undefined
    ? undefined
    : { applications, servicePrincipals };
}

function noteIndex(record: ScanRecord, { applications, servicePrincipals }: Record<Collection, HeldCollection>): void {
  const number = applications.keys.size + servicePrincipals.keys.size;
  record.note(
    `The key credentials of ${quantity(number, 'object')} come from Graph's index, which may lag by some minutes: the scan may miss a key that was added shortly before. Before it changed a finding about keys, the scan read the object itself.`,
  );
}

function noteFallback(record: ScanRecord, reason: string, plain: KeySource): KeySource {
  record.note(
    `The scan requested the key credentials with every page, which takes longer in a large tenant. ${reason}`,
  );
  return plain;
}
