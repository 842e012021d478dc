import { randomBytes } from 'node:crypto';
import { ConsentinelError } from '../../model/errors.js';
import type { Queue, ReceivedMessage } from '../queue.js';
import type { Database } from './database.js';

/** Source: Azure Queue Storage, limits of a message. */
const mostBytes = 65_536;
const mostMessages = 32;

/** A queue in the file of the embedded storage. A message is never lost: it stays until it is removed. */
export class SqliteQueue implements Queue {
  /** @param now milliseconds since 1970 */
  constructor(
    private readonly database: Database,
    readonly name: string,
    private readonly now: () => number,
  ) {}

  /** A queue is only a name. */
  async create(): Promise<void> {}

  async send(text: string, delaySeconds: number): Promise<void> {
    if (Buffer.byteLength(text) > mostBytes) throw tooLong(this.name, Buffer.byteLength(text));
    const now = this.now();
    await this.database.write([
      {
        sql: `INSERT INTO messages (queue, text, inserted_at, visible_at, dequeue_count, pop_receipt) VALUES (?, ?, ?, ?, 0, '')`,
        params: [this.name, text, now, now + delaySeconds * 1000],
      },
    ]);
  }

  async receive(max: number, visibilitySeconds: number): Promise<ReceivedMessage[]> {
    const now = this.now();
    const due = 'FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?';
    const which = [this.name, now, Math.min(max, mostMessages)];
    // A worker asks every second. Without a message it does not take the write lock.
    if ((await this.database.read(`SELECT id ${due}`, which)).length === 0) return [];
    const result = await this.database.write([
      {
        sql: `UPDATE messages SET visible_at = ?, dequeue_count = dequeue_count + 1, pop_receipt = ? WHERE id IN (SELECT id ${due}) RETURNING id, text, dequeue_count, inserted_at, pop_receipt`,
        params: [now + visibilitySeconds * 1000, randomBytes(12).toString('hex'), ...which],
        returns: true,
      },
    ]);
    const rows = 'rows' in result ? [...result.rows] : [];
    return rows
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([id, text, dequeueCount, insertedAt, popReceipt]) => ({
        id: String(id),
        popReceipt: String(popReceipt),
        text: String(text),
        dequeueCount: Number(dequeueCount),
        insertedAt: new Date(Number(insertedAt)).toISOString(),
      }));
  }

  async remove({ id, popReceipt }: Pick<ReceivedMessage, 'id' | 'popReceipt'>): Promise<void> {
    const own = [Number(id), this.name, popReceipt];
    const result = await this.database.write([
      {
        sql: 'DELETE FROM messages WHERE id = ? AND queue = ? AND pop_receipt = ? RETURNING id',
        params: own,
        returns: true,
      },
    ]);
    if ('rows' in result && result.rows.length > 0) return;
    const [left] = await this.database.read('SELECT id FROM messages WHERE id = ? AND queue = ?', own.slice(0, 2));
    if (left) throw deliveredAgain(this.name, id);
  }

  async length(): Promise<number> {
    const [row] = await this.database.read('SELECT count(*) FROM messages WHERE queue = ?', [this.name]);
    return Number(row?.[0]);
  }
}

function tooLong(queue: string, bytes: number): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `A message for the queue ${queue} has ${bytes} bytes, and ${mostBytes} are allowed.`,
    'Report the message as a defect.',
  );
}

function deliveredAgain(queue: string, id: string): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `Message ${id} of the queue ${queue} was delivered again before it was deleted.`,
    'Another process has it now. Nothing is lost: every handler can process a message twice.',
  );
}
