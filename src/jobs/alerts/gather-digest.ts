import { type AlertHistory, type AlertRules, type Digest, DigestBuilder } from '../../model/alerts/digest.js';
import { needsHistory, type Window } from '../../model/alerts/news.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Scan } from '../../model/scan/scan.js';
import type { FindingStore } from '../ports/index.js';

/** Histories are read so many at a time. */
const atOnce = 16;

/**
 * Reads the tenant's findings once and gathers what is news. Memory does not follow their number.
 * @returns undefined where there is nothing to tell
 */
export async function gatherDigest(
  findings: FindingStore,
  scan: Scan,
  window: Window,
  past: AlertHistory,
  rules: AlertRules,
): Promise<Digest | undefined> {
  const builder = new DigestBuilder(scan, window, past, rules);
  let doubtful: Finding[] = [];
  const settle = async () => {
    const histories = await Promise.all(doubtful.map((finding) => findings.history(finding)));
    for (const [i, finding] of doubtful.entries()) builder.add(finding, histories[i]);
    doubtful = [];
  };
  // The scan reports damaged rows: they do not hold up the alert.
  for await (const { value } of findings.findings(scan.tenantId, { onDamaged: () => {} })) {
    if (scan.status !== 'failed' && needsHistory(value, window)) doubtful.push(value);
    else builder.add(value);
    if (doubtful.length >= atOnce) await settle();
  }
  await settle();
  return builder.digest();
}
