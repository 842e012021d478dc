import type { Row } from '../../../src/storage/rows.js';
import type { TableAction } from '../../../src/storage/table.js';

const put = (partitionKey: string, rowKey: string, more: Readonly<Record<string, unknown>> = {}): TableAction => ({
  kind: 'put',
  row: { partitionKey, rowKey, ...more } as Row,
});

const texts = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`text${i}`, 'x'.repeat(length)]));

type Refused = readonly (readonly [name: string, actions: (partition: string) => TableAction[]])[];

/** Transactions that Table Storage refuses, so that no storage may accept them. */
export const refusedActions: Refused = [
  ...['/', '\\', '#', '?', '\u0007', '\u007f'].map(
    (character) =>
      [`a key with ${JSON.stringify(character)}`, (p: string) => [put(p, 'a'), put(p, `a${character}b`)]] as const,
  ),
  ['a key of 513 characters', (p) => [put(p, 'a'), put(p, 'x'.repeat(513))]],
  ['a text of 32,769 characters', (p) => [put(p, 'a', { text: 'x'.repeat(32_769) })]],
  ['a transaction about two partitions', (p) => [put(p, 'a'), put(`${p}other`, 'b')]],
  ['a transaction with a row twice', (p) => [put(p, 'a'), put(p, 'a')]],
  ['a transaction of 101 writes', (p) => Array.from({ length: 101 }, (_, i) => put(p, `row-${i}`))],
];

/** Further ones, which Azurite 3.37 accepts. Source: Understanding the Table service data model. */
export const acceptedByAzurite: Refused = [
  ['a row of more than 1 MiB', (p) => [put(p, 'a', texts(17, 32_768))]],
  ['a row of 253 properties', (p) => [put(p, 'a', texts(253, 1))]],
];
