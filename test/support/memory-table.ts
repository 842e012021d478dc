import type { TableClient, TransactionAction } from '@azure/data-tables';

type Entity = Record<string, unknown> & { partitionKey: string; rowKey: string };
type Stored = Entity & { etag: string };

/** The rows of one table, with the etags of Table Storage. Its clients make each call in one step, between two turns. */
export class MemoryTable {
  readonly #rows = new Map<string, Stored>();
  #version = 0;

  /** A client whose calls wait for a turn before and after they take effect. */
  client(turn: () => Promise<void>): TableClient {
    const call = async <T>(work: () => T): Promise<T> => {
      await turn();
      const result = attempt(work);
      // A worker that stops here has made its change, and does not learn of it.
      await turn();
      if ('error' in result) throw result.error;
      return result.value;
    };
    const client = {
      tableName: 'memory',
      getEntity: (partitionKey: string, rowKey: string) => call(() => this.get(partitionKey, rowKey)),
      submitTransaction: (actions: TransactionAction[]) => call(() => this.#transact(actions)),
      listEntities: ({ queryOptions: { filter = '' } = {} }: { queryOptions?: { filter?: string } } = {}) => ({
        byPage: async function* (this: void) {
          yield await call(() => matching(filter));
        },
      }),
    };
    const matching = (filter: string) => [...this.#rows.values()].filter((row) => matches(row, filter)).map(copy);
    return client as unknown as TableClient;
  }

  /** @throws the error of the SDK for a missing row */
  get(partitionKey: string, rowKey: string): Stored {
    const row = this.#rows.get(keyOf({ partitionKey, rowKey }));
    if (!row) throw restError(404, 'ResourceNotFound', 'The row does not exist.');
    return copy(row);
  }

  rows(): Stored[] {
    return [...this.#rows.values()].map(copy);
  }

  /** Writes a row as somebody does who knows no etag. */
  overwrite(row: Entity): void {
    this.#rows.set(keyOf(row), { ...row, etag: this.#nextEtag() });
  }

  #transact(actions: TransactionAction[]) {
    for (const [at, action] of actions.entries()) this.#check(action, at);
    const subResponses = actions.map(([kind, entity]) => {
      const row = entity as Entity;
      if (kind === 'delete') {
        this.#rows.delete(keyOf(row));
        return {};
      }
      const etag = this.#nextEtag();
      this.#rows.set(keyOf(row), { ...row, etag });
      return { etag };
    });
    return { subResponses };
  }

  #check([kind, entity, , options]: TransactionAction, at: number): void {
    const stored = this.#rows.get(keyOf(entity as Entity));
    if (kind === 'create' && stored) throw restError(409, 'EntityAlreadyExists', `${at}:It exists.`);
    if (kind !== 'update' && kind !== 'delete') return;
    if (!stored) throw restError(404, 'ResourceNotFound', `${at}:It does not exist.`);
    const { etag = '*' } = (options ?? {}) as { etag?: string };
    if (etag !== '*' && etag !== stored.etag)
      throw restError(412, 'UpdateConditionNotSatisfied', `${at}:Another version.`);
  }

  #nextEtag(): string {
    this.#version += 1;
    return `W/"${this.#version}"`;
  }
}

const keyOf = ({ partitionKey, rowKey }: Entity) => `${partitionKey}\n${rowKey}`;
const copy = (row: Stored): Stored => ({ ...row });

function attempt<T>(work: () => T): { value: T } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

function restError(statusCode: number, code: string, message: string): Error {
  return Object.assign(new Error(message), { name: 'RestError', statusCode, code });
}

/** The filters of the stores: comparisons of texts and numbers, joined by `and`. */
function matches(row: Stored, filter: string): boolean {
  return filter.split(' and ').every((comparison) => {
    const [, name = '', operator = '', text, number] = /^(\w+) (\w+) (?:'(.*)'|(\d+))$/.exec(comparison) ?? [];
    if (!name) throw new Error(`The memory table does not know the filter ${comparison}.`);
    const names: Record<string, string> = { PartitionKey: 'partitionKey', RowKey: 'rowKey' };
    const actual = row[names[name] ?? name] as string | number | undefined;
    const wanted = number === undefined ? (text ?? '').replaceAll("''", "'") : Number(number);
    if (actual === undefined) return false;
    const compared = actual < wanted ? -1 : actual > wanted ? 1 : 0;
    return (
      { eq: compared === 0, ge: compared >= 0, gt: compared > 0, le: compared <= 0, lt: compared < 0 }[operator] ??
      false
    );
  });
}
