import type { FindingChange, FindingStore } from '../../../src/jobs/ports/index.js';
import { anEvent, tenantId } from '../examples.js';

/** The change that resolves a stored finding. */
export async function resolutionOf(store: FindingStore, id: string): Promise<FindingChange> {
  const stored = await store.finding(tenantId, id);
  if (!stored) throw new Error(`no finding ${id}`);
  const finding = { ...stored.value, status: 'resolved' as const, changedAt: '2026-11-02T02:00:00.000Z' };
  return { finding, etag: stored.etag, events: [anEvent(finding, 'resolved')] };
}
