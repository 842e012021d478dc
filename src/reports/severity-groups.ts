import type { Severity } from '../model/rule/violation.js';
import type { FindingView } from './finding-view.js';

/** Where a finding stands in a report that is ordered: under its severity, or at the end. */
export type SeverityGroup = Severity | 'resolved';

/** One compressed batch is a few dozen kilobytes of findings. */
const batchSize = 256;

/**
 * Findings sorted onto shelves in one reading. A report that begins with counts and the most severe needs every finding
 * before it can write the first; reading the source once for each severity would be slow, and would mix states of the
 * tenant. So they are kept, compressed: some 200 bytes a finding, outside the heap. On a shelf they keep their order.
 */
export class SeverityGroups {
  private readonly groups = new Map<SeverityGroup, { full: Uint8Array<ArrayBuffer>[]; open: FindingView[] }>();

  async add(finding: FindingView): Promise<void> {
    const name = finding.status === 'resolved' ? 'resolved' : finding.severity;
    const group = this.groups.get(name) ?? { full: [], open: [] };
    this.groups.set(name, group);
    group.open.push(finding);
    if (group.open.length < batchSize) return;
    group.full.push(await deflate(JSON.stringify(group.open)));
    group.open = [];
  }

  /** The findings of a shelf, in the order in which they were added. */
  async *findings(name: SeverityGroup): AsyncGenerator<FindingView> {
    const group = this.groups.get(name);
    if (!group) return;
    for (const batch of group.full) yield* JSON.parse(await inflate(batch)) as FindingView[];
    yield* group.open;
  }
}

async function deflate(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return await new Response(stream).text();
}
