import { createHmac, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { InventoryEntry, InventoryName } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/**
 * A page of 999 objects (445 kB) takes 0.8 ms in the thread pool and 68 kB; higher qualities save nothing, because most of it are
 * random ids. A window of 256 kB instead of 4 MB: many pages are compressed at the same time, each with a window of its own.
 * With large output buffers a page needs one turn of the event loop instead of up to 28.
 */
const compression = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 },
  chunkSize: 128 * 1024,
};
const decompression = { chunkSize: 512 * 1024 };

/** In JSON, a quote inside a string is escaped: this matches names of members only. */
const secretMember = /"(?:key|secretText|hint)":/;

/** The largest chunk in bytes. In base64 and UTF-16 it needs 8/3 of that, and a row has at most 1 MiB. */
const maxChunkBytes = 360_000;

/**
 * The entries as compressed JSON, in as many chunks as they need. They are serialized before the first wait, so that the
 * caller may change them.
 * @throws Error for a member that can hold a secret: the readers of Graph's answers drop them. ConsentinelError
 * `storage-rejected` for a single entry that is too large
 */
export async function encodeEntries(entries: readonly InventoryEntry[]): Promise<Buffer[]> {
  const text = JSON.stringify(entries);
  const secret = secretMember.exec(text);
  if (secret) throw new Error(`A listed object has the member ${secret[0].slice(0, -1)}, which can hold a secret.`);
  return encodeText(text);
}

async function encodeText(text: string): Promise<Buffer[]> {
  const bytes = await compress(text, compression);
  if (bytes.length <= maxChunkBytes) return [bytes];
  const entries = JSON.parse(text) as InventoryEntry[];
  if (entries.length < 2) throw tooLarge(bytes.length);
  const middle = entries.length >> 1;
  const first = await encodeText(JSON.stringify(entries.slice(0, middle)));
  return [...first, ...(await encodeText(JSON.stringify(entries.slice(middle))))];
}

function tooLarge(bytes: number): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `A listed object takes ${bytes} bytes after compression, more than a row of the table inventory can hold (${maxChunkBytes}).`,
    'The scan continues without checkpoints.',
  );
}

/** The entries of `encodeEntries`. Only for bytes that were authenticated. */
export async function decodeEntries(bytes: Uint8Array): Promise<InventoryEntry[]> {
  return JSON.parse((await decompress(bytes, decompression)).toString('utf8'));
}

/**
 * Authenticates the rows of one log: HMAC-SHA256 (RFC 2104) over the name of the log, the version of the program, what
 * the row is, and its content. JSON makes the parts unambiguous.
 */
export class InventorySeal {
  readonly #scope: string;

  /** @param version of the program: another version may read objects differently */
  constructor(
    private readonly key: Buffer,
    { tenantId, purpose, id, collection, select }: InventoryName,
    version: string,
  ) {
    const selected = [...new Set(select)].sort();
    this.#scope = JSON.stringify(['consentinel-inventory-1', tenantId, purpose, id, collection, selected, version]);
  }

  /** The MAC of a row, base64. @param place what distinguishes the row from the others of the log */
  of(place: readonly (string | number)[], content: string | Uint8Array): string {
    return createHmac('sha256', this.key)
      .update(`${this.#scope}\n${JSON.stringify(place)}\n`)
      .update(content)
      .digest('base64');
  }

  matches(mac: string, place: readonly (string | number)[], content: string | Uint8Array): boolean {
    const [expected, given] = [this.of(place, content), mac].map((text) => Buffer.from(text));
    return expected !== undefined && given?.length === expected.length && timingSafeEqual(expected, given);
  }
}
