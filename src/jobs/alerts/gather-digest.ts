import { type AlertRules, type Digest, DigestBuilder } from '../../model/alerts/digest.js';
import { needsHistory } from '../../model/alerts/news.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Scan } from '../../model/scan/scan.js';
import type { FindingStore } from '../ports/index.js';
import type { AlertPart } from './alert-window.js';

/** The number of histories that are read at the same time. */
const atOnce = 16;

/**
 * Reads the tenant's findings once and collects the news of each part. Memory does not grow with the number of findings.
 * @returns the digests by the keys of the parts; a part without news has none. Equal parts share one digest
 */
export async function gatherDigests(
  findings: FindingStore,
  scan: Scan,
  parts: ReadonlyMap<string, AlertPart>,
  rules: AlertRules,
): Promise<Map<string, Digest>> {
  const builders = new Map<string, DigestBuilder>();
  for (const part of parts.values()) {
    builders.set(JSON.stringify(part), new DigestBuilder(scan, part.window, part.past, rules));
  }
  const windows = [...parts.values()].map(({ window }) => window);
  await readInto([...builders.values()], findings, scan, (finding) =>
    windows.some((window) => needsHistory(finding, window)),
  );
  const built = new Map([...builders].map(([id, builder]) => [id, builder.digest()]));
  const digests = [...parts].map(([key, part]): [string, Digest | undefined] => [key, built.get(JSON.stringify(part))]);
  return new Map(digests.filter((entry): entry is [string, Digest] => entry[1] !== undefined));
}

async function readInto(
  builders: readonly DigestBuilder[],
  findings: FindingStore,
  scan: Scan,
  isHistoryNeeded: (finding: Finding) => boolean,
): Promise<void> {
  let withoutHistory: Finding[] = [];
  const add = (...added: Parameters<DigestBuilder['add']>) => {
    for (const builder of builders) builder.add(...added);
  };
  const addWithHistory = async () => {
    const histories = await Promise.all(withoutHistory.map((finding) => findings.history(finding)));
    for (const [i, finding] of withoutHistory.entries()) add(finding, histories[i]);
    withoutHistory = [];
  };
  // The scan reports damaged rows: they do not hold up the alert.
  for await (const { value } of findings.findings(scan.tenantId, { onDamaged: () => {} })) {
    if (scan.status !== 'failed' && isHistoryNeeded(value)) withoutHistory.push(value);
    else add(value);
    if (withoutHistory.length >= atOnce) await addWithHistory();
  }
  await addWithHistory();
}
