import { ConsentinelError } from '../../model/errors.js';
import { type Finding, isFindingId } from '../../model/finding/finding.js';
import type { FindingStore, Stored } from '../ports/index.js';

/**
 * The finding with an id that a user entered.
 * @throws ConsentinelError `finding-unknown`
 */
export async function knownFinding(
  findings: Pick<FindingStore, 'finding'>,
  tenantId: string,
  id: string,
): Promise<Stored<Finding>> {
  const stored = isFindingId(id.toLowerCase()) ? await findings.finding(tenantId, id.toLowerCase()) : undefined;
  if (stored) return stored;
  throw new ConsentinelError(
    'finding-unknown',
    `No finding has the id ${JSON.stringify(id)}.`,
    'An id has 16 hexadecimal digits. `consentinel findings` lists the ids.',
  );
}
