import type { FindingView } from './finding-view.js';

/** A batch has a few dozen kilobytes before compression. */
const batchSize = 256;

/**
 * Groups findings in one pass. A report that begins with counts and the most severe problems needs every finding before
 * it writes the first. One read of the store for each group would be slow and would mix states of the tenant. So the
 * findings are kept compressed, about 200 bytes each, outside the heap, in the order of a group.
 */
export class FindingGroups {
  private readonly groups = new Map<string, { full: Uint8Array<ArrayBuffer>[]; open: FindingView[] }>();

  async add(name: string, finding: FindingView): Promise<void> {
    const group = this.groups.get(name) ?? { full: [], open: [] };
    this.groups.set(name, group);
    group.open.push(finding);
    if (group.open.length < batchSize) return;
    group.full.push(await deflate(JSON.stringify(group.open)));
    group.open = [];
  }

  /** The findings of a group, in the order in which they were added. */
  async *findings(name: string): AsyncGenerator<FindingView> {
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
