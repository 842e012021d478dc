import { type Collection, collectionNames } from '../../model/entra/collection.js';
import { isSymmetricSigningKey, mayBeSymmetricSigningKey } from '../../model/entra/credential.js';
import { type Finding, findingId } from '../../model/finding/finding.js';
import type { AppRule } from '../../model/rule/rule.js';
import { missingObjects } from '../../model/scan/completeness.js';
import { formatNumber } from '../../model/text/format.js';
import type { KeyHolder, KeyHolders } from '../ports/index.js';
import { readStored } from './read-stored.js';
import type { SentinelWork } from './sentinel-work.js';

/** An object with symmetric signing keys. */
interface SelectedHolder extends Omit<KeyHolder, 'keyCredentials'> {
  /** As Graph returns them; empty for a key without an id. */
  readonly keyIds: readonly string[];
}

/**
 * Lists the objects that hold a key credential, and finds the apps with a symmetric signing key that no open or
 * suppressed finding covers.
 * @returns the appIds; a key with a finding needs no further request
 * @throws ConsentinelError `graph-rejected` if Graph refuses the filter
 */
export async function listKeyHolders(work: SentinelWork, { id: ruleId }: AppRule): Promise<ReadonlySet<string>> {
  const { context, record, organization, signal } = work;
  const isSelected = (key: Parameters<typeof isSymmetricSigningKey>[0]) =>
    isSymmetricSigningKey(key) || mayBeSymmetricSigningKey(key);
  const holders: SelectedHolder[] = [];
  const onHolder = ({ id, appId, keyCredentials }: KeyHolder) => {
    const keyIds = keyCredentials.filter(isSelected).map(({ keyId }) => keyId ?? '');
    if (keyIds.length > 0) holders.push({ id, appId, keyIds });
  };
  const [applications, servicePrincipals] = await Promise.all([
    context.directory.keyHolders('applications', onHolder, signal),
    context.directory.keyHolders('servicePrincipals', onHolder, signal),
  ]);
  const isComplete = [
    take(work, 'applications', applications),
    take(work, 'servicePrincipals', servicePrincipals),
  ].every(Boolean);
  const { sentinel } = record.scan;
  if (sentinel) {
    sentinel.listed = { applications: applications.read, servicePrincipals: servicePrincipals.read };
    if (isComplete) sentinel.listedAt = record.scan.startedAt;
  }
  const idsOf = ({ id: objectId, keyIds }: SelectedHolder) =>
    keyIds.map((key) => findingId({ tenantId: organization.id, ruleId, objectId, key }));
  const keys = holders.flatMap((holder) => idsOf(holder).map((id) => ({ id, ruleId })));
  const { known, damaged } = await readStored(work, keys);
  const at = record.scan.startedAt;
  const isCovered = (id: string) => damaged.has(id) || covers(known.get(id), at);
  return new Set(holders.filter((holder) => !idsOf(holder).every(isCovered)).map(({ appId }) => appId));
}

/** Counts what was read. @returns whether the listing is complete */
function take({ record }: SentinelWork, collection: Collection, { unreadable, read, count }: KeyHolders): boolean {
  record.count(collection, read);
  record.setAside(unreadable);
  if (count === undefined) {
    record.note(
      `The sentinel could not verify completeness: Graph did not return the number of ${collectionNames[collection]} with keys.`,
    );
    return true;
  }
  const missing = missingObjects({ count, read, lastPageFull: false });
  if (missing > 0) record.notExamined([], [shortListing(collection, count, read)]);
  return missing === 0;
}

/** Whether a finding needs no new observation: it is open, or suppressed for longer. */
function covers(finding: Finding | undefined, at: string): boolean {
  if (!finding || finding.status === 'resolved') return false;
  return finding.status === 'open' || (finding.suppression?.until ?? '') > at;
}

function shortListing(collection: Collection, count: number, read: number) {
  const name = collectionNames[collection];
  return {
    code: 'graph-incomplete',
    message: `The listing of ${name} with keys is incomplete: Graph counts ${formatNumber(count)} and returned ${formatNumber(read)}. The next run of the sentinel lists them again.`,
  };
}
