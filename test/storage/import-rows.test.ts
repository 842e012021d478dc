import { expect, it } from '@jest/globals';
import { toRow } from '../../src/storage/rows.js';
import type { Table, TableAction } from '../../src/storage/table.js';
import { RowImport } from '../../src/storage/transfer/import-rows.js';
import { MemoryTable } from '../support/memory-table.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A table whose transactions take several turns. `onBegin` is called with the writes, and `onEnd` when they are stored. */
function slowTable(
  onBegin: (actions: readonly TableAction[]) => void,
  onEnd: (actions: readonly TableAction[]) => void,
): Table {
  const table = new MemoryTable().client(turn);
  return {
    ...table,
    async transact(actions) {
      onBegin(actions);
      const versions = await table.transact(actions);
      onEnd(actions);
      return versions;
    },
  };
}

const rows = (kind: string, count: number) =>
  Array.from({ length: count }, (_, i) => toRow('tenant_rule', `${kind}_${String(i).padStart(4, '0')}`, {}));

it('writes the whole chain before the first finding, in transactions that Table Storage accepts', async () => {
  const kindOf = (actions: readonly TableAction[]) => actions[0]?.row.rowKey.split('_')[0] ?? '';
  const running: string[] = [];
  const begun: { kind: string; beside: string[]; writes: number }[] = [];
  const table = slowTable(
    (actions) => {
      const kind = kindOf(actions);
      begun.push({ kind, beside: running.filter((other) => other !== kind), writes: actions.length });
      running.push(kind);
    },
    (actions) => running.splice(running.indexOf(kindOf(actions)), 1),
  );
  const written = new RowImport({ findings: table }, false);
  for (const row of [...rows('audit', 150), ...rows('finding', 120)]) await written.add({ table: 'findings', row });
  await written.end();
  const events = { kind: 'audit', beside: [] };
  const findings = { kind: 'finding', beside: [] };
  expect(begun).toEqual([
    { ...events, writes: 100 },
    { ...events, writes: 50 },
    { ...findings, writes: 100 },
    { ...findings, writes: 20 },
  ]);
});

it('stops with the error of a write that fails while the next rows are read', async () => {
  const refused = new Error('refused');
  const table = { ...new MemoryTable().client(turn), transact: () => Promise.reject(refused) };
  const written = new RowImport({ findings: table }, false);
  for (const row of rows('audit', 150)) await written.add({ table: 'findings', row });
  // A rejection that is not handled by now ends the process; Jest reports it as a failure.
  await turn();
  await expect(written.end()).rejects.toBe(refused);
});
