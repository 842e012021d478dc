import { isFinished } from '../../../model/scan/scan-status.js';
import type { ScanContext } from '../scan-context.js';
import { type ScanState, storedState } from './scan-state.js';

/** Next links of Graph are valid for hours at most, and what was read must not be much older than the scan. */
const longestPause = 6 * 3_600_000;

/** A scan that can continue. */
export interface ResumableScan extends ScanState {
  readonly scanId: string;
  /** When its checkpoint was stored, ISO 8601 UTC. */
  readonly at: string;
}

/**
 * The newest scan of the tenant, if it was started in the same way, has not finished, and has stored a checkpoint in the last
 * six hours. It makes no request to Graph: the tenant is that of the settings, else the only one in storage.
 * @throws ConsentinelError of storage
 */
export async function resumableScan(
  { scans, inventory, clock, knownTenantId }: Pick<ScanContext, 'scans' | 'inventory' | 'clock' | 'knownTenantId'>,
  requestedBy: string,
): Promise<ResumableScan | undefined> {
  const [stored, second] = knownTenantId ? [knownTenantId] : await scans.tenants();
  const tenantId = second === undefined ? stored : undefined;
  if (!inventory || tenantId === undefined) return undefined;
  for await (const scan of scans.scans(tenantId)) {
    if (isFinished(scan) || scan.requestedBy !== requestedBy) return undefined;
    const state = await storedState(inventory, tenantId, scan.id);
    if (!state || Date.parse(clock.now()) - Date.parse(state.at) >= longestPause) return undefined;
    return { ...state, scanId: scan.id };
  }
  return undefined;
}
