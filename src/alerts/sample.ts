import { type AlertRules, type Digest, DigestBuilder } from '../model/alerts/digest.js';
import type { Finding } from '../model/finding/finding.js';
import { blankScan } from '../model/scan/scan.js';

/**
 * A sample alert, marked as a test, with one finding that does not exist.
 * @param at the current time, ISO 8601 UTC
 */
export function sampleDigest(tenantId: string, at: string, rules: AlertRules): Digest {
  const id = `test-${at.replace(/\D/g, '')}`;
  const started = { id, tenantId, status: 'complete', requestedBy: 'cli', startedAt: at, since: at } as const;
  const scan = { ...blankScan(started), finishedAt: at };
  const window = { from: new Date(Date.parse(at) - 1).toISOString(), until: at };
  const past = { previousIncomplete: false, warnings: ['This is a test. The application below does not exist.'] };
  const builder = new DigestBuilder(scan, window, past, { ...rules, minSeverity: 'low' });
  builder.add(sampleFinding(tenantId, at));
  return { ...(builder.digest() as Digest), kind: 'test' };
}

function sampleFinding(tenantId: string, at: string): Finding {
  const noObject = '00000000-0000-0000-0000-000000000000';
  return {
    id: '0000000000000000',
    tenantId,
    ruleId: 'no-symmetric-signing-key',
    severity: 'high',
    status: 'open',
    on: 'application',
    objectId: noObject,
    appId: noObject,
    displayName: 'Sample (TEST)',
    key: '',
    message: 'This is a sample finding.',
    evidence: {},
    appearedAt: at,
    appearedIn: 'test',
    changedAt: at,
    life: 1,
  };
}
