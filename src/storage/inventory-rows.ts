import { z } from 'zod';
import type { CommittedInventory, InventoryName } from '../jobs/ports/index.js';
import type { InventorySeal } from './inventory-codec.js';
import { fromRow, keyPart, type Row, type StoredRow, toRow } from './rows.js';

/** The state that a head row commits. */
export interface InventoryHead extends CommittedInventory {
  /** The MAC of the last chunk, which depends on all before it; empty without chunks. */
  readonly lastMac: string;
}

export const emptyHead: InventoryHead = { chunks: 0, position: undefined, at: '', lastMac: '' };

/** The prefix of the keys of the logs with a purpose, or also an id. Chunks and heads of one tenant share its partition. */
export function logsPrefix({ purpose, id }: { readonly purpose: string; readonly id?: string }): string {
  return id === undefined ? `${purpose}_` : `${purpose}_${keyPart(id)}_`;
}

export function logPrefix(name: InventoryName): string {
  return `${logsPrefix(name)}${keyPart(name.collection)}_`;
}

export function logHeadKey(name: InventoryName): string {
  return `${logPrefix(name)}head`;
}

export function chunkKey(name: InventoryName, sequence: number): string {
  return `${logPrefix(name)}${String(sequence).padStart(8, '0')}`;
}

const chunkSchema = z.object({ data: z.string(), mac: z.string() });
const headSchema = z.object({
  chunks: z.int().min(0),
  lastMac: z.string(),
  position: z.string(),
  at: z.string(),
  mac: z.string(),
});

/** A row of compressed bytes. Its MAC depends on the chunk before it, so that chunks cannot be swapped or left out. */
export function toChunkRow(
  name: InventoryName,
  seal: InventorySeal,
  { sequence, previousMac, bytes, at }: { sequence: number; previousMac: string; bytes: Buffer; at: string },
): { readonly row: Row; readonly mac: string } {
  const mac = seal.of(['chunk', sequence, previousMac], bytes);
  const row = toRow(name.tenantId, chunkKey(name, sequence), { data: bytes.toString('base64'), mac, at });
  return { row, mac };
}

/**
 * @returns undefined for a row that is not this chunk of this log
 * @throws ConsentinelError `storage-malformed` for a row without the expected columns
 */
export function fromChunkRow(
  row: StoredRow,
  seal: InventorySeal,
  sequence: number,
  previousMac: string,
): { readonly bytes: Buffer; readonly mac: string } | undefined {
  const { data, mac } = fromRow(row, chunkSchema);
  const bytes = Buffer.from(data, 'base64');
  return seal.matches(mac, ['chunk', sequence, previousMac], bytes) ? { bytes, mac } : undefined;
}

export function toLogHeadRow(name: InventoryName, seal: InventorySeal, head: InventoryHead): Row {
  const { chunks, lastMac, at } = head;
  const position = JSON.stringify(head.position ?? null);
  const mac = seal.of(['head', chunks, lastMac, at], position);
  return toRow(name.tenantId, logHeadKey(name), { chunks, lastMac, at, position, mac });
}

/** @returns undefined for a row that is not the head of this log @throws ConsentinelError `storage-malformed` */
export function fromLogHeadRow(row: StoredRow, seal: InventorySeal): InventoryHead | undefined {
  const { chunks, lastMac, at, position, mac } = fromRow(row, headSchema);
  if (!seal.matches(mac, ['head', chunks, lastMac, at], position)) return undefined;
  return { chunks, lastMac, at, position: JSON.parse(position) as unknown };
}
