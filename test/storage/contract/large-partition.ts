import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Storage } from '../../../src/storage/connection.js';
import type { Row } from '../../../src/storage/rows.js';
import { inPartition, keyBegins, type Table } from '../../../src/storage/table.js';

const partitionKey = 'large';
const perTransaction = 100;
/** Keys in no order, as those of findings. */
const keyOf = (i: number) => `row-${((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`;
const rowOf = (i: number): Row => ({ partitionKey, rowKey: keyOf(i), number: i, text: 'x'.repeat(200) });

/**
 * Tests a partition with many rows.
 * @param name the implementation, for the report
 */
export function describeLargePartition(
  name: string,
  count: number,
  create: () => Promise<readonly [Storage, Storage]>,
): void {
  describe(`a partition of ${count} rows on ${name}`, () => {
    let table: Table;
    beforeAll(async () => {
      table = (await create())[0].findings;
      for (let at = 0; at < count; at += perTransaction)
        await table.transact(
          Array.from({ length: perTransaction }, (_, i) => ({ kind: 'create', row: rowOf(at + i) }) as const),
        );
    }, 300_000);

    it('is read completely and in order', async () => {
      let [rows, sum, last, pages] = [0, 0, '', 0];
      for await (const page of table.pages([...inPartition(partitionKey), ...keyBegins('row-')])) {
        pages += 1;
        expect(page.length).toBeLessThanOrEqual(1000);
        for (const row of page) {
          if (row.rowKey <= last) throw new Error(`${row.rowKey} comes after ${last}.`);
          last = row.rowKey;
          rows += 1;
          sum += Number(row.number);
        }
      }
      expect([rows, sum]).toEqual([count, (count * (count - 1)) / 2]);
      expect(pages).toBeGreaterThanOrEqual(count / 1000);
    }, 300_000);

    it('is read by a key, and by a property', async () => {
      expect((await table.get({ partitionKey, rowKey: keyOf(count - 1) }))?.number).toBe(count - 1);
      const found = [];
      const filter = [...inPartition(partitionKey), { name: 'number', is: 'ge', value: count - 3 }] as const;
      for await (const page of table.pages(filter)) for (const row of page) found.push(row.number);
      expect(found.sort()).toEqual([count - 3, count - 2, count - 1]);
    }, 300_000);
  });
}
