import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AnchorStore } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import type { AuditAnchor } from '../model/finding/audit-anchor.js';
import { anchorsOf, newestIn, toLine } from './anchor-lines.js';

/**
 * The anchors in a file of this machine, for the embedded storage. It detects a change of the tables alone. Who can write
 * to the file can rewrite both.
 */
export class FileAnchors implements AnchorStore {
  readonly place: string;

  constructor(private readonly file: string) {
    this.place = file;
  }

  async append(
    tenantId: string,
    _at: string,
    anchor: (newest: AuditAnchor | undefined) => AuditAnchor,
  ): Promise<AuditAnchor> {
    return this.#attempt('write', async () => {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      const text = await readFile(this.file, 'utf8').catch(unlessMissing);
      const next = anchor(newestIn(text ?? '', tenantId));
      await appendFile(this.file, toLine(next), { mode: 0o600, flush: true });
      return next;
    });
  }

  async *read(tenantId: string): AsyncGenerator<AuditAnchor | string> {
    const file = await this.#attempt('read', () => open(this.file).catch(unlessMissing));
    if (!file) return;
    for await (const anchor of anchorsOf(file.readLines(), this.file))
      if (typeof anchor === 'string' || anchor.tenantId === tenantId) yield anchor;
  }

  async #attempt<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#failure(action, error);
    }
  }

  #failure(action: string, error: unknown): ConsentinelError {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return new ConsentinelError('storage-rejected', `Could not ${action} ${this.file} (${code}).`, undefined, {
      cause: error,
    });
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
