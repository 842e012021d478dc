import type { Affected } from '../evidence/affected.js';
import type { Change } from '../evidence/change.js';
import type { Failing } from '../evidence/failing.js';
import type { Finding } from './finding.js';

/**
 * What scans know about an app with findings beside the violations. It changes from night to night, so it is stored apart
 * from the findings: an unchanged tenant writes no finding. It has no authority: no decision depends on it.
 */
export interface AppEvidence {
  /** In lower case; `tenantEvidence` for the findings on the tenant. */
  readonly appId: string;
  /** The findings on the app. */
  readonly findingIds: readonly string[];
  /** By the id of the finding. */
  readonly failing: Readonly<Record<string, Failing>>;
  /** By the id of the finding; null where the audit log was read and has no such entry. */
  readonly changes: Readonly<Record<string, Change | null>>;
  readonly affected?: Affected;
}

/** Stands for the appId in the evidence about the findings on the tenant. It is the appId of no app. */
export const tenantEvidence = 'tenant';

/** The appId of the evidence about a finding. */
export function evidenceIdOf({ appId }: Pick<Finding, 'appId'>): string {
  return appId.toLowerCase() || tenantEvidence;
}

/** The members of a finding that evidence adds when it is read. They are not part of its row. */
export type FindingEvidence = Pick<Finding, 'failing' | 'affected' | 'change'>;

/** The evidence of one finding. */
export function evidenceOf(evidence: AppEvidence | undefined, findingId: string): FindingEvidence {
  if (!evidence?.findingIds.includes(findingId)) return {};
  const { affected } = evidence;
  const [failing, change] = [evidence.failing[findingId], evidence.changes[findingId]];
  return { ...(failing && { failing }), ...(affected && { affected }), ...(change && { change }) };
}

/** A finding as it is stored. */
export function withoutEvidence<T extends FindingEvidence>(finding: T): Omit<T, keyof FindingEvidence> {
  const { failing: _failing, affected: _affected, change: _change, ...stored } = finding;
  return stored;
}
