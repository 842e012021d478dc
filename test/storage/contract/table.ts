import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Storage } from '../../../src/storage/connection.js';
import { failedOperation, isConflict } from '../../../src/storage/errors.js';
import type { Row } from '../../../src/storage/rows.js';
import { inPartition, keyBegins, type Table, type TableAction } from '../../../src/storage/table.js';
import { rejection } from '../../graph/scripted-graph.js';
import { all } from '../examples.js';
import type { refusedActions } from './refused-actions.js';

/** A stored row: without what only Table Storage adds. */
const plain = ({ etag: _, timestamp: __, ...row }: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('odata')));

/**
 * Tests an implementation of `Table` through the port alone.
 * @param name the implementation, for the report
 * @param create creates empty storage, and opens it as two processes do
 * @param refused the transactions that it refuses; Azurite accepts some that the service refuses
 */
export function describeTable(
  name: string,
  create: () => Promise<readonly [Storage, Storage]>,
  refused: typeof refusedActions,
): void {
  describe(`a table on ${name}`, () => {
    let table: Table;
    let other: Table;
    let tests = 0;
    let partitionKey: string;

    beforeAll(async () => {
      const [one, two] = await create();
      [table, other] = [one.findings, two.findings];
    });
    const partition = () => `p${++tests}`;
    const row = (rowKey: string, more: Partial<Row> = {}): Row => ({ partitionKey, rowKey, ...more }) as Row;
    const create_ = (rowKey: string, more?: Partial<Row>): TableAction => ({ kind: 'create', row: row(rowKey, more) });
    const rows = async (filter = inPartition(partitionKey)) => (await all(table.pages(filter))).flat();
    const keys = async (filter = inPartition(partitionKey)) => (await rows(filter)).map(({ rowKey }) => rowKey);

    describe('writes', () => {
      it('return the version that a read has, and a new one for each write', async () => {
        partitionKey = partition();
        const first = await table.write(create_('a', { text: 'x' }));
        expect((await other.get(row('a')))?.etag).toBe(first);
        const second = await other.write({ kind: 'put', row: row('a', { text: 'x' }) });
        const third = await table.write({ kind: 'replace', row: row('a', { text: 'y' }), etag: second });
        expect(new Set([first, second, third]).size).toBe(3);
        expect(plain((await other.get(row('a'))) ?? {})).toEqual(row('a', { text: 'y' }));
      });

      it('replace a row as a whole', async () => {
        partitionKey = partition();
        const etag = await table.write(create_('a', { kept: 'x', gone: 'y' }));
        await table.write({ kind: 'replace', row: row('a', { kept: 'z' }), etag });
        expect(plain((await table.get(row('a'))) ?? {})).toEqual(row('a', { kept: 'z' }));
      });

      it.each([
        ['create a row that exists', (): TableAction => create_('a')],
        ['replace a row of another version', (etag: string): TableAction => ({ kind: 'replace', row: row('a'), etag })],
        ['replace a row that is deleted', (etag: string): TableAction => ({ kind: 'replace', row: row('gone'), etag })],
        ['delete a row that does not exist', (): TableAction => ({ kind: 'delete', row: row('gone') })],
      ])('that %s conflict, alone and in a transaction, and name the write', async (_, action) => {
        partitionKey = partition();
        const old = await table.write(create_('a', { text: 'first' }));
        await other.write({ kind: 'put', row: row('a', { text: 'second' }) });
        const alone = await rejection(table.write(action(old)));
        expect(isConflict(alone)).toBe(true);
        const inTransaction = await rejection(table.transact([create_('b'), create_('c'), action(old)]));
        expect([isConflict(inTransaction), failedOperation(inTransaction)]).toEqual([true, 2]);
        expect(await keys()).toEqual(['a']);
        expect((await table.get(row('a')))?.text).toBe('second');
      });

      it('give a row that was deleted and created again a new version', async () => {
        partitionKey = partition();
        const old = await table.write(create_('a'));
        await table.write({ kind: 'delete', row: row('a') });
        await table.write(create_('a'));
        expect(isConflict(await rejection(table.write({ kind: 'replace', row: row('a'), etag: old })))).toBe(true);
      });

      it('of two processes at the same version: one succeeds, one conflicts', async () => {
        partitionKey = partition();
        const etag = await table.write(create_('a', { writer: 0 }));
        const attempts = Array.from({ length: 8 }, (_, i) =>
          [table, other][i % 2]?.write({ kind: 'replace', row: row('a', { writer: i + 1 }), etag }),
        );
        const results = await Promise.allSettled(attempts);
        const winners = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [i + 1] : []));
        expect(winners).toHaveLength(1);
        for (const result of results) if (result.status === 'rejected') expect(isConflict(result.reason)).toBe(true);
        expect((await table.get(row('a')))?.writer).toBe(winners[0]);
      });

      it.each(refused)('refuse %s, and write nothing', async (_, actions) => {
        partitionKey = partition();
        const error = await rejection(table.transact(actions(partitionKey)));
        expect(error).toBeInstanceOf(Error);
        expect(isConflict(error)).toBe(false);
        expect(await keys()).toEqual([]);
      });
    });

    describe('reads', () => {
      it('return undefined for a row that does not exist', async () => {
        partitionKey = partition();
        expect(await table.get(row('none'))).toBeUndefined();
        expect(await keys()).toEqual([]);
      });

      it('return texts and numbers of any size unchanged', async () => {
        partitionKey = partition();
        const values = {
          empty: '',
          long: 'x'.repeat(32_768),
          wide: 'ü'.repeat(32_768),
          pairs: '😀'.repeat(16_384),
          scripts: 'Lohn & Gehalt – 給与 – الرواتب',
          zero: 0,
          negative: -2_147_483_648,
          large: 4_294_967_296.5,
          fraction: 0.1,
          tiny: 5e-324,
        };
        await table.transact([create_('a', values)]);
        expect(plain((await other.get(row('a'))) ?? {})).toEqual(row('a', values));
      });

      it('of selected properties return these, the keys and the version', async () => {
        partitionKey = partition();
        const etag = await table.write(create_('a', { kept: 'x', other: 'y' }));
        const expected = { partitionKey, rowKey: 'a', etag, kept: 'x' };
        const read = await table.get(row('a'), ['kept', 'missing']);
        expect(read).toMatchObject(expected);
        expect(read).not.toHaveProperty('other');
        // The service returns null, and Azurite nothing.
        expect(read?.missing ?? undefined).toBeUndefined();
        const [[listed] = []] = await all(table.pages(inPartition(partitionKey), { select: ['kept', 'missing'] }));
        expect(listed).toMatchObject(expected);
      });

      it('return the rows of a filter in the order of their keys, page by page', async () => {
        partitionKey = partition();
        const names = Array.from({ length: 25 }, (_, i) => `row-${String((i * 7) % 25).padStart(2, '0')}`);
        await table.transact(names.map((name, i) => create_(name, { number: i })));
        await table.write(create_('other'));
        const pages = await all(table.pages([...inPartition(partitionKey), ...keyBegins('row-')], { maxPageSize: 10 }));
        for (const page of pages) expect(page.length).toBeLessThanOrEqual(10);
        expect(pages.flat().map(({ rowKey }) => rowKey)).toEqual([...names].sort());
      });

      it.each([
        ['eq', ['2']],
        ['gt', ['3', '4']],
        ['ge', ['2', '3', '4']],
        ['lt', ['0', '1']],
        ['le', ['0', '1', '2']],
      ] as const)('compare keys, texts and numbers with %s', async (is, expected) => {
        partitionKey = partition();
        const digits = ['0', '1', '2', '3', '4'];
        await table.transact(digits.map((digit) => create_(digit, { text: digit, number: Number(digit) })));
        await table.write(create_('without'));
        for (const [property, value] of [
          ['text', '2'],
          ['number', 2],
        ] as const)
          expect(await keys([...inPartition(partitionKey), { name: property, is, value }])).toEqual(expected);
        const range = [
          { name: 'RowKey', is, value: '2' },
          { name: 'RowKey', is: 'lt', value: 'a' },
        ] as const;
        expect(await keys([...inPartition(partitionKey), ...range])).toEqual(expected);
      });

      it('of several partitions return them in order, without those of other tables', async () => {
        partitionKey = partition();
        const base = partitionKey;
        for (const suffix of ['_b', '_a', '_c', '-x']) {
          partitionKey = `${base}${suffix}`;
          await table.transact([create_('2'), create_('1')]);
        }
        const filter = [
          { name: 'PartitionKey', is: 'ge', value: `${base}_a` },
          { name: 'PartitionKey', is: 'lt', value: `${base}_c` },
        ] as const;
        const read = (await all(table.pages(filter))).flat();
        expect(read.map((one) => `${one.partitionKey} ${one.rowKey}`)).toEqual([
          `${base}_a 1`,
          `${base}_a 2`,
          `${base}_b 1`,
          `${base}_b 2`,
        ]);
        const single = (await all(table.pages([...filter, { name: 'RowKey', is: 'eq', value: '2' }]))).flat();
        expect(single.map((one) => one.partitionKey)).toEqual([`${base}_a`, `${base}_b`]);
      });
    });
  });
}
