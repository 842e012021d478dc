import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { AppendBlobClient, ContainerClient } from '@azure/storage-blob';
import type { AnchorStore } from '../../jobs/ports/index.js';
import type { AuditAnchor } from '../../model/finding/audit-anchor.js';
import { anchorsOf, newestIn, toLine } from '../anchor-lines.js';
import { withStorageErrors } from '../errors.js';
import type { StorageCredential } from './connect-storage.js';

/** How the container is reached. */
export type AnchorContainer =
  | { readonly connectionString: string; readonly name: string }
  | { readonly url: string; readonly credential: StorageCredential };

/** An anchor takes about 150 bytes for each rule: the tail of a blob contains the newest one. */
const tailBytes = 256 * 1024;

/** After so many appends of other writers in a row there is another problem. */
const maxAttempts = 5;

/** Also ends the retries of the client: a scan waits for the anchor. */
const timeoutMilliseconds = 30_000;

/**
 * The anchors in append blobs: one for each tenant and month. With a time-based immutability policy that allows protected
 * append writes, Azure rejects every change and deletion of what was appended.
 * Source: Microsoft Learn, "Time-based retention policies for immutable blob data", protected append blobs.
 */
export class BlobAnchors implements AnchorStore {
  readonly place: string;
  #opened: Promise<ContainerClient> | undefined;

  constructor(private readonly container: AnchorContainer) {
    const { name, account } = namesIn(container);
    this.place = `the container ${name} of ${account}`;
  }

  async append(
    tenantId: string,
    at: string,
    anchor: (newest: AuditAnchor | undefined) => AuditAnchor,
  ): Promise<AuditAnchor> {
    return this.#call('append an audit anchor', async (abortSignal) => {
      const month = at.slice(0, 7);
      const blob = (await this.#client()).getAppendBlobClient(nameOf(tenantId, month));
      for (let attempt = 1; ; attempt++) {
        const present = await this.#sizeOf(blob, abortSignal);
        const next = anchor(await this.#newest(tenantId, month, abortSignal));
        const line = toLine(next);
        const conditions = { appendPosition: present };
        try {
          await blob.appendBlock(line, Buffer.byteLength(line), { conditions, abortSignal });
          return next;
        } catch (error) {
          if (!isConflict(error) || attempt >= maxAttempts) throw error;
        }
      }
    });
  }

  async *read(tenantId: string): AsyncGenerator<AuditAnchor | string> {
    const names = await this.#call('list audit anchors', (abortSignal) => this.#names(tenantId, abortSignal));
    for (const name of names) {
      const { readableStreamBody } = await this.#call('read audit anchors', async (abortSignal) =>
        (await this.#client()).getBlobClient(name).download(0, undefined, { abortSignal }),
      );
      const lines = createInterface({ input: Readable.from(readableStreamBody ?? []) });
      yield* anchorsOf(lines, `the blob ${name}`);
    }
  }

  /** The length of a blob in bytes; creates the container and the blob if they are missing. */
  async #sizeOf(blob: AppendBlobClient, abortSignal: AbortSignal): Promise<number> {
    try {
      return (await blob.getProperties({ abortSignal })).contentLength ?? 0;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    try {
      await blob.createIfNotExists({ abortSignal });
    } catch (error) {
      if (!isMissing(error)) throw error;
      await (await this.#client()).createIfNotExists({ abortSignal });
      await blob.createIfNotExists({ abortSignal });
    }
    return (await blob.getProperties({ abortSignal })).contentLength ?? 0;
  }

  /** The newest anchor up to a month: a blob with a later name was not written by this program. */
  async #newest(tenantId: string, month: string, abortSignal: AbortSignal): Promise<AuditAnchor | undefined> {
    const names = await this.#names(tenantId, abortSignal);
    for (const name of names.filter((one) => one <= nameOf(tenantId, month)).reverse()) {
      const blob = (await this.#client()).getBlobClient(name);
      const { contentLength = 0 } = await blob.getProperties({ abortSignal });
      if (contentLength === 0) continue;
      const from = Math.max(0, contentLength - tailBytes);
      const tail = await blob.downloadToBuffer(from, contentLength - from, { abortSignal });
      const newest = newestIn(tail.toString('utf8'), tenantId);
      if (newest) return newest;
    }
    return undefined;
  }

  /** The names of a tenant's blobs, the oldest first. */
  async #names(tenantId: string, abortSignal: AbortSignal): Promise<string[]> {
    const names: string[] = [];
    try {
      const blobs = (await this.#client()).listBlobsFlat({ prefix: `${tenantId}/`, abortSignal });
      for await (const { name } of blobs) names.push(name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return names.sort();
  }

  #client(): Promise<ContainerClient> {
    this.#opened ??= clientOf(this.container);
    return this.#opened;
  }

  #call<T>(action: string, call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    return withStorageErrors({ action, target: this.place }, () => call(AbortSignal.timeout(timeoutMilliseconds)));
  }
}

let sdk: Promise<typeof import('@azure/storage-blob')> | undefined;

/** The SDK is loaded once: it takes a tenth of the time in which a command starts, and most commands need no anchors. */
function loadSdk() {
  sdk ??= import('@azure/storage-blob');
  return sdk;
}

async function clientOf(container: AnchorContainer): Promise<ContainerClient> {
  const { ContainerClient: Client } = await loadSdk();
  const options = { retryOptions: { maxTries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 4000 } };
  if ('credential' in container) return new Client(container.url, container.credential, options);
  return new Client(container.connectionString, container.name, options);
}

/** The account is a part of the host name. In an address of an emulator it is the first part of the path. */
function namesIn(container: AnchorContainer): { name: string; account: string } {
  if ('connectionString' in container) {
    const account = /AccountName=([^;]+)/i.exec(container.connectionString)?.[1] ?? 'the development storage';
    return { name: container.name, account };
  }
  const { hostname, pathname } = new URL(container.url);
  const parts = pathname.split('/').filter(Boolean);
  return { name: parts.at(-1) ?? '', account: (parts.length > 1 ? parts[0] : hostname.split('.')[0]) ?? '' };
}

const nameOf = (tenantId: string, month: string): string => `${tenantId}/${month}.jsonl`;

function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}

function isConflict(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 412;
}
