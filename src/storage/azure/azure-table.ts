import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { isMissing } from '../errors.js';
import type { Filter, PageOptions, RowKeys, Table, TableAction, VersionedRow } from '../table.js';

/** A table of Table Storage. */
export class AzureTable implements Table {
  constructor(private readonly client: TableClient) {}

  get name(): string {
    return this.client.tableName;
  }

  create(): Promise<void> {
    return this.client.createTable();
  }

  async get({ partitionKey, rowKey }: RowKeys, select?: readonly string[]): Promise<VersionedRow | undefined> {
    const options = select && { queryOptions: { select: withKeys(select) } };
    try {
      return (await this.client.getEntity(partitionKey, rowKey, options)) as VersionedRow;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  pages(filter: Filter, { select, maxPageSize }: PageOptions = {}): AsyncIterable<readonly VersionedRow[]> {
    const queryOptions = { filter: toOData(filter), ...(select && { select: withKeys(select) }) };
    const pages = this.client.listEntities({ queryOptions }).byPage(maxPageSize === undefined ? {} : { maxPageSize });
    return pages as AsyncIterable<VersionedRow[]>;
  }

  async write(action: TableAction): Promise<string> {
    switch (action.kind) {
      case 'create':
        return (await this.client.createEntity(action.row)).etag ?? '';
      case 'replace':
        return (await this.client.updateEntity(action.row, 'Replace', { etag: action.etag })).etag ?? '';
      case 'put':
        return (await this.client.upsertEntity(action.row, 'Replace')).etag ?? '';
      case 'delete':
        await this.client.deleteEntity(action.row.partitionKey, action.row.rowKey);
        return '';
    }
  }

  async transact(actions: readonly TableAction[]): Promise<readonly string[]> {
    const { subResponses } = await this.client.submitTransaction(actions.map(toTransactionAction));
    return subResponses.map(({ etag }) => etag ?? '');
  }
}

function withKeys(select: readonly string[]): string[] {
  return ['PartitionKey', 'RowKey', ...select];
}

/** `odata` quotes a text only where something precedes it: the space. */
function toOData(filter: Filter): string {
  return filter.map(({ name, is, value }) => `${name} ${is}${odata` ${value}`}`).join(' and ');
}

function toTransactionAction(action: TableAction): TransactionAction {
  switch (action.kind) {
    case 'create':
      return ['create', action.row];
    case 'replace':
      return ['update', action.row, 'Replace', { etag: action.etag }];
    case 'put':
      return ['upsert', action.row, 'Replace'];
    case 'delete':
      return ['delete', { ...action.row }];
  }
}
