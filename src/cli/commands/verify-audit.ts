import type { AnchorStore, AuditVerdict } from '../../jobs/ports/index.js';
import { explain } from '../../model/errors.js';
import { AnchoredEvents } from '../../model/finding/anchored-events.js';
import { minuteOf, quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';

/**
 * Checks that no row of the audit trail was changed, removed or inserted, and compares the trail with the anchors of all
 * scans. The trail includes the pauses of the installation.
 * @param json writes one JSON object with all chains instead of lines
 * @returns the exit code: 0 where the trail is intact; 1 where it is not, or where the anchors could not be read
 */
export async function verifyAudit(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
  screen: Screen,
  json = false,
): Promise<number> {
  const { findings, anchors } = runtime.records();
  const tenantId = await runtime.tenantId();
  // Before the chains: a chain only grows, so an event that is anchored now is there later.
  const anchored = await read(anchors, tenantId);
  let faults = 0;
  const print = (line: string) => (json ? undefined : writeLine(screen.out, line));
  const chains: AuditVerdict[] = [];
  const report = (word: string, text: string) => {
    faults += 1;
    print(`${paint(screen, 'red', word)} ${safeText(text)}`);
  };
  const events = anchored instanceof AnchoredEvents ? anchored : undefined;
  for await (const verdict of findings.verifyAudit(tenantId, events)) {
    const { ruleId, events: count, fault, anchorFault } = verdict;
    if (json) chains.push(verdict);
    if (fault) report(fault.kind, `${ruleId}, event ${fault.sequence}: ${fault.summary}`);
    if (anchorFault) report('anchor', `${ruleId}: ${anchorFault}`);
    if (!fault && !anchorFault)
      print(`${ruleId}: ${quantity(count, 'event')}, ${paint(screen, 'green', 'chain intact')}`);
  }
  for (const fault of events?.faults ?? []) report('anchor', fault);
  if (typeof anchored === 'string') report('anchor', `Not compared with anchors: ${anchored}`);
  else print(summaryOf(anchors, events));
  if (json) writeJson(screen.out, { intact: faults === 0, chains, anchors: anchorsAsJson(anchored) });
  return faults > 0 ? 1 : 0;
}

/** The anchors; a reason if they could not be read; undefined if there is no place for them. */
async function read(anchors: AnchorStore | undefined, tenantId: string): Promise<AnchoredEvents | string | undefined> {
  if (!anchors) return undefined;
  const anchored = new AnchoredEvents(tenantId);
  try {
    for await (const anchor of anchors.read(tenantId)) {
      if (typeof anchor === 'string') anchored.fault(anchor);
      else anchored.add(anchor);
    }
    return anchored;
  } catch (error) {
    return explain(error);
  }
}

/** What the chains were compared with: nothing, an error, or the range of the anchors and their own faults. */
function anchorsAsJson(anchored: AnchoredEvents | string | undefined): object {
  if (typeof anchored === 'string') return { compared: false, error: anchored };
  if (!anchored?.range) return { compared: false, faults: anchored?.faults ?? [] };
  return { compared: true, ...anchored.range, faults: anchored.faults };
}

function summaryOf(anchors: AnchorStore | undefined, anchored: AnchoredEvents | undefined): string {
  if (!anchors)
    return 'Not compared with anchors: the storage account has no blob service. Set AUDIT_ANCHOR_CONTAINER_URL.';
  const { range } = anchored ?? {};
  if (!range) return `Not compared with anchors: there are none in ${anchors.place}. Each scan writes one.`;
  const { count, from, until, newest } = range;
  return `Compared with ${quantity(count, 'anchor')} of ${minuteOf(from)} to ${minuteOf(until)} in ${anchors.place}. The newest is ${newest}.`;
}
