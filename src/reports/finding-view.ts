import { type Finding, type ViewStatus, viewStatus } from '../model/finding.js';
import { portalUrl } from '../model/portal-url.js';

/** A finding as every output shows it; its member names are the contract that scripts rely on. */
export type FindingView = Pick<
  Finding,
  | 'id'
  | 'tenantId'
  | 'ruleId'
  | 'severity'
  | 'on'
  | 'objectId'
  | 'appId'
  | 'displayName'
  | 'key'
  | 'message'
  | 'evidence'
  | 'appearedAt'
  | 'changedAt'
  | 'resolvedAt'
  | 'suppression'
> & { status: ViewStatus; portalUrl: string };

/**
 * @param since `since` of the latest finished scan, which decides what is new
 */
export function findingView(finding: Finding, since: string | undefined): FindingView {
  const { status: _status, appearedIn: _appearedIn, life: _life, ...shown } = finding;
  return { ...shown, status: viewStatus(finding, since), portalUrl: portalUrl(finding) };
}
