import { type AlertHistory, type AlertRules, type Digest, DigestBuilder } from '../../model/alerts/digest.js';
import { needsHistory, type Window } from '../../model/alerts/news.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Scan } from '../../model/scan/scan.js';
import type { FindingStore } from '../ports/index.js';

/** The number of histories that are read at the same time. */
const atOnce = 16;

/**
 * Reads the tenant's findings once and collects the news. Memory does not grow with the number of findings.
 * @returns undefined if there is no news
 */
export async function gatherDigest(
  findings: FindingStore,
  scan: Scan,
  window: Window,
  past: AlertHistory,
  rules: AlertRules,
): Promise<Digest | undefined> {
  const builder = new DigestBuilder(scan, window, past, rules);
  let withoutHistory: Finding[] = [];
  const addWithHistory = async () => {
    const histories = await Promise.all(withoutHistory.map((finding) => findings.history(finding)));
    for (const [i, finding] of withoutHistory.entries()) builder.add(finding, histories[i]);
    withoutHistory = [];
  };
  for await (const { value } of findings.findings(scan.tenantId)) {
    if (scan.status !== 'failed' && needsHistory(value, window)) withoutHistory.push(value);
    else builder.add(value);
    if (withoutHistory.length >= atOnce) await addWithHistory();
  }
  await addWithHistory();
  return builder.digest();
}
