import type { Digest } from '../../../model/alerts/digest.js';
import type { Item } from '../../../model/alerts/item.js';
import { type SectionName, sectionNames } from '../../../model/alerts/news.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import { isSentinelRun } from '../../../model/scan/sentinel-id.js';

/**
 * The columns of the table, by name, with their types. infra/sentinel/table.json declares the same columns.
 * The tenant is `EntraTenantId`, because Log Analytics reserves `TenantId`.
 * Source: Microsoft Learn, "Add or delete tables and columns in Azure Monitor Logs", reserved columns.
 */
export const sentinelColumns = {
  TimeGenerated: 'datetime',
  Event: 'string',
  DeliveryId: 'string',
  EntraTenantId: 'string',
  TenantName: 'string',
  ScanId: 'string',
  ScanStatus: 'string',
  FindingId: 'string',
  RuleId: 'string',
  Problem: 'string',
  Severity: 'string',
  ObjectType: 'string',
  ObjectId: 'string',
  AppId: 'string',
  DisplayName: 'string',
  Message: 'string',
  FirstSeen: 'datetime',
  FailedSignIns: 'int',
  EntraUrl: 'string',
  ReviewUrl: 'string',
} as const;

/** A row of the table; absent columns are empty. */
export type SentinelRow = Readonly<Partial<Record<keyof typeof sentinelColumns, string | number>>>;

/** The value of `Event` for each section. */
const events: Readonly<Record<SectionName, string>> = {
  new: 'new',
  cameBack: 'reappeared',
  failed: 'remediationFailed',
  approvals: 'decisionNeeded',
  expiringApprovals: 'approvalExpires',
  expiringSuppressions: 'suppressionExpires',
  applied: 'remediationApplied',
  resolved: 'resolved',
};

/** One row for the scan, and one for each finding that the alert reports. Repeated deliveries give the same rows. */
export function sentinelRows(digest: Digest): SentinelRow[] {
  const { tenantId, tenant, scan, until } = digest;
  const common = {
    TimeGenerated: until,
    DeliveryId: `${tenantId}/${scan.id}/${scan.status}`,
    EntraTenantId: tenantId,
    TenantName: tenant,
    ScanId: scan.id,
    ScanStatus: scan.status,
  };
  // Queries for complete scans must not count a run of the sentinel.
  const event = isSentinelRun(scan) ? 'sentinelRun' : 'scan';
  const scanRow = { ...common, Event: digest.kind === 'test' ? 'test' : event, Message: digest.warnings.join(' ') };
  const findings = sectionNames.flatMap((name) =>
    digest.sections[name].items.map((item) => ({ ...common, Event: events[name], ...columnsOf(item, digest) })),
  );
  return [scanRow, ...findings];
}

function columnsOf(item: Item, { publicUrl }: Digest): SentinelRow {
  return {
    FindingId: item.id,
    RuleId: item.ruleId,
    Problem: item.problem,
    Severity: item.severity,
    ObjectType: item.on,
    ObjectId: item.objectId,
    AppId: item.appId,
    DisplayName: item.displayName,
    Message: item.message,
    FirstSeen: item.appearedAt,
    EntraUrl: item.portalUrl,
    ...(item.failing && { FailedSignIns: item.failing.count }),
    ...(publicUrl && { ReviewUrl: findingUrl(publicUrl, item.id) }),
  };
}
