import { type AlertRules, type Digest, DigestBuilder } from '../model/alerts/digest.js';
import type { Finding } from '../model/finding/finding.js';
import { blankScan } from '../model/scan/scan.js';

/**
 * An alert that looks like a real one and says that it is none, to see whether a channel works.
 * @param at now
 */
export function sampleDigest(tenantId: string, at: string, rules: AlertRules): Digest {
  const id = `test-${at.replace(/\D/g, '')}`;
  const begun = { id, tenantId, status: 'complete', requestedBy: 'cli', startedAt: at, since: at } as const;
  const scan = { ...blankScan(begun), finishedAt: at };
  const window = { from: new Date(Date.parse(at) - 1).toISOString(), until: at };
  const past = { previousIncomplete: false, warnings: ['This is a test: the application below does not exist.'] };
  const builder = new DigestBuilder(scan, window, past, { ...rules, minSeverity: 'low' });
  builder.add(sampleFinding(tenantId, at));
  return { ...(builder.digest() as Digest), kind: 'test' };
}

function sampleFinding(tenantId: string, at: string): Finding {
  const nowhere = '00000000-0000-0000-0000-000000000000';
  return {
    id: '0000000000000000',
    tenantId,
    ruleId: 'no-symmetric-signing-key',
    severity: 'high',
    status: 'open',
    on: 'application',
    objectId: nowhere,
    appId: nowhere,
    displayName: 'Sample (TEST)',
    key: '',
    message: 'This is what a finding looks like.',
    evidence: {},
    appearedAt: at,
    appearedIn: 'test',
    changedAt: at,
    life: 1,
  };
}
