import type { AuditEvent } from '../../model/finding/audit.js';
import { type Finding, viewStatus, viewStatuses } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import { severities } from '../../model/rule/violation.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DirectoryStats, FindingChange } from '../ports/index.js';

/** `kind` is how values are aggregated: their sum; the last value; or their number, sum and extremes. */
interface Measure {
  readonly kind: 'sum' | 'last' | 'distribution';
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
}

/** All measures. */
export const measures = {
  'consentinel.scan_time': { kind: 'distribution', unit: 's', description: 'How long a scan took.' },
  'consentinel.objects': { kind: 'sum', unit: '{object}', description: 'Objects of the directory that scans read.' },
  'consentinel.pages': { kind: 'sum', unit: '{page}', description: 'Pages of listings that scans read.' },
  'consentinel.requests': {
    kind: 'sum',
    unit: '{request}',
    description: 'Requests of scans to Graph, retries included.',
  },
  'consentinel.retries': { kind: 'sum', unit: '{retry}', description: 'Repeated requests of scans.' },
  'consentinel.resource_units': {
    kind: 'sum',
    unit: '{resource_unit}',
    description: 'The share of the Graph request budget that scans used, where Graph returns it.',
  },
  'consentinel.delta_missed': {
    kind: 'sum',
    unit: '{object}',
    description: 'Objects whose changes the delta queries of Graph missed. Their tenant lists all objects since then.',
  },
  'consentinel.findings': { kind: 'last', unit: '{finding}', description: 'Findings as of the latest finished scan.' },
  'consentinel.time_to_decision': {
    kind: 'distribution',
    unit: 's',
    description: 'The time from the appearance of a finding to a decision.',
  },
  'consentinel.time_to_fix': {
    kind: 'distribution',
    unit: 's',
    description: 'The time from the appearance of a finding to its resolution.',
  },
} as const satisfies Record<string, Measure>;
export type MeasureName = keyof typeof measures;

/** One value. Each attribute has few values: every combination is a separate time series. */
export interface Measurement {
  readonly name: MeasureName;
  readonly value: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The measurements of a scan that has ended, with or without an error. */
export function measuresOfScan(scan: Scan, stats: DirectoryStats): Measurement[] {
  const { tenantId, status, counts } = scan;
  const of = (name: MeasureName, value: number, more = {}) => ({ name, value, attributes: { tenantId, ...more } });
  return [
    of('consentinel.scan_time', secondsBetween(scan.startedAt, scan.finishedAt ?? scan.startedAt), { status }),
    of('consentinel.objects', counts.servicePrincipals, { collection: 'servicePrincipals' }),
    of('consentinel.objects', counts.applications, { collection: 'applications' }),
    of('consentinel.pages', stats.pages),
    of('consentinel.requests', stats.requests),
    of('consentinel.retries', stats.retries),
    of('consentinel.resource_units', stats.resourceUnits),
    ...(scan.delta ? [of('consentinel.delta_missed', scan.delta.missed ?? 0)] : []),
  ];
}

/**
 * The number of findings of each rule, severity and status; and a zero, without a rule, for each severity and status
 * that no finding has. Without the zero, the last value would remain after the last finding is gone.
 */
export function measuresOfFindings(summaries: readonly FindingSummary[], { tenantId, since }: Scan): Measurement[] {
  const groups = new Map<string, Measurement>();
  for (const summary of summaries) {
    const { ruleId, severity } = summary;
    const status = viewStatus(summary, since);
    const key = `${ruleId} ${severity} ${status}`;
    const value = (groups.get(key)?.value ?? 0) + 1;
    groups.set(key, { name: 'consentinel.findings', value, attributes: { tenantId, ruleId, severity, status } });
  }
  const measured = [...groups.values()];
  return [...measured, ...zeros(measured, tenantId)];
}

function zeros(measured: readonly Measurement[], tenantId: string): Measurement[] {
  const present = new Set(measured.map(({ attributes }) => `${attributes.severity} ${attributes.status}`));
  const every = severities.flatMap((severity) => viewStatuses.map((status) => ({ severity, status })));
  return every
    .filter(({ severity, status }) => !present.has(`${severity} ${status}`))
    .map((attributes) => ({ name: 'consentinel.findings', value: 0, attributes: { tenantId, ...attributes } }));
}

/** The times from the appearance of a finding to its new events. */
export function measuresOfChange({ finding, events }: FindingChange): Measurement[] {
  return events.flatMap((event) => measureOf(finding, event) ?? []);
}

const decisions = ['approved', 'rejected', 'suppressed'];

function measureOf(
  { tenantId, ruleId, severity, appearedAt }: Finding,
  { type, at }: AuditEvent,
): Measurement | undefined {
  const value = secondsBetween(appearedAt, at);
  const attributes = { tenantId, ruleId, severity };
  if (type === 'resolved') return { name: 'consentinel.time_to_fix', value, attributes };
  if (!decisions.includes(type)) return undefined;
  return { name: 'consentinel.time_to_decision', value, attributes: { ...attributes, decision: type } };
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
