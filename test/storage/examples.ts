import type { FindingChange } from '../../src/jobs/ports/index.js';
import type { AuditEvent } from '../../src/model/finding/audit.js';
import { type Finding, findingId } from '../../src/model/finding/finding.js';
import { blankScan, type Scan } from '../../src/model/scan/scan.js';

export const tenantId = '11111111-2222-3333-4444-555555555555';

/** A finding of a rule on an object, with default values for the rest. */
export function aFinding(ruleId: string, objectId: string, other: Partial<Finding> = {}): Finding {
  return {
    id: findingId({ tenantId, ruleId, objectId, key: '' }),
    tenantId,
    ruleId,
    severity: 'high',
    status: 'open',
    on: 'application',
    objectId,
    appId: objectId,
    displayName: 'Payroll Sync',
    key: '',
    message: 'The application has a symmetric signing key.',
    evidence: { keyId: 'k1' },
    appearedAt: '2026-11-01T02:00:00.000Z',
    appearedIn: 's1',
    changedAt: '2026-11-01T02:00:00.000Z',
    life: 1,
    ...other,
  };
}

export function anEvent(finding: Finding, type: AuditEvent['type'] = 'appeared'): AuditEvent {
  const { tenantId, ruleId, id, changedAt, message } = finding;
  return { tenantId, ruleId, findingId: id, at: changedAt, type, author: 'scan:s1', summary: message, detail: {} };
}

/** The change for a new finding. */
export function appearance(finding: Finding): FindingChange {
  return { finding, etag: undefined, events: [anEvent(finding)] };
}

/** The changes for `count` new findings of a rule. */
export function appearances(ruleId: string, count: number, from = 0): FindingChange[] {
  return Array.from({ length: count }, (_, i) => appearance(aFinding(ruleId, `object-${from + i}`)));
}

export function aScan(id: string, other: Partial<Scan> = {}): Scan {
  const at = '2026-11-01T02:00:00.000Z';
  return { ...blankScan({ id, tenantId, status: 'running', requestedBy: 'cli', startedAt: at, since: at }), ...other };
}

/** All items of an async iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}
