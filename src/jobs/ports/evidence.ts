import type { AppEvidence } from '../../model/finding/app-evidence.js';

/**
 * The evidence about apps with findings. It is apart from the findings and their audit trail, because it changes without
 * a change of the finding, and no decision depends on it. Rows that this program did not write are left out.
 */
export interface EvidenceStore {
  /** The evidence of all apps of a tenant, by `appId` in lower case. */
  all(tenantId: string): Promise<Map<string, AppEvidence>>;
  of(tenantId: string, appId: string): Promise<AppEvidence | undefined>;
  /** Replaces the evidence of some apps and removes that of others. Safe to repeat. */
  write(tenantId: string, changed: readonly AppEvidence[], removed: readonly string[]): Promise<void>;
}
