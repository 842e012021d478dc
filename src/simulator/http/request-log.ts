import type { IdentityName } from '../protocol/identity.js';
import type { JsonValue } from '../protocol/json.js';

/** A request that was answered, or cut off. */
export interface RequestRecord {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly method: string;
  /** Below `/v1.0`. */
  readonly path: string;
  /** As sent. */
  readonly query: string;
  /** 0 where no status was sent. */
  readonly status: number;
  /** The body of a write. */
  readonly body?: JsonValue;
  readonly identity?: IdentityName;
  readonly inBatch?: true;
  /** Whose Graph was asked, where there are several tenants. */
  readonly tenantId?: string;
}

const most = 10_000;

/** The newest requests; older ones are forgotten, so that a long run costs no memory. */
export class RequestLog {
  readonly records: RequestRecord[] = [];

  /** @param print is told each request as a line; undefined for silence */
  constructor(private readonly print?: (line: string) => void) {}

  add(record: RequestRecord): void {
    if (this.records.length >= most) this.records.splice(0, most / 10);
    this.records.push(record);
    this.print?.(`${record.at} ${record.status} ${record.method} ${record.path}${record.query && `?${record.query}`}`);
  }
}
