import type { IdentityName } from '../protocol/identity.js';
import type { JsonValue } from '../protocol/json.js';

/** A request that the simulator has answered, or whose connection it has closed. */
export interface RequestRecord {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly method: string;
  /** The path below `/v1.0`, or the path of another endpoint. */
  readonly path: string;
  /** The query as the client sent it. */
  readonly query: string;
  /** 0 if no status was sent. */
  readonly status: number;
  /** The body of a write. */
  readonly body?: JsonValue;
  /** The request changed an object or a policy, whatever its answer was. */
  readonly changed?: true;
  readonly identity?: IdentityName;
  readonly inBatch?: true;
  /** The header `x-ms-throttle-priority`, if the client sent it. */
  readonly priority?: string;
  /** The tenant of the request, if there are several tenants. */
  readonly tenantId?: string;
}

const maxRecords = 10_000;

/** The latest requests. Dropping older ones limits the memory of a long run. */
export class RequestLog {
  readonly records: RequestRecord[] = [];

  /** @param print called with one line per request */
  constructor(private readonly print?: (line: string) => void) {}

  /** Adds a request. */
  add(record: RequestRecord): void {
    if (this.records.length >= maxRecords) this.records.splice(0, maxRecords / 10);
    this.records.push(record);
    this.print?.(`${record.at} ${record.status} ${record.method} ${record.path}${record.query && `?${record.query}`}`);
  }
}
