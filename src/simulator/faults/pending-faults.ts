import type { Fault, FaultMatch } from './fault.js';

export type { Fault } from './fault.js';

/** A request as faults see it. */
export interface FaultTarget {
  readonly method: string;
  /** Below `/v1.0`, or a path beside it. */
  readonly path: string;
  readonly rawQuery: string;
  readonly inBatch: boolean;
  /** Permissions of which any lets the request through; undefined for what is not a Graph resource. */
  readonly permissions: readonly string[] | undefined;
}

interface Ordered {
  readonly fault: Fault;
  seen: number;
  left: number;
}

/** The faults that are still to come, in the order in which they were asked for. */
export class PendingFaults {
  #ordered: Ordered[] = [];

  order(fault: Fault): void {
    this.#ordered.push({ fault, seen: 0, left: fault.times });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** How many faults are still to come. */
  get count(): number {
    return this.#ordered.length;
  }

  /** The fault that meets this request, if any; counts it. */
  take(target: FaultTarget): Fault | undefined {
    if (this.#ordered.length === 0) return undefined;
    const due = this.#ordered.find((ordered) => meets(ordered, target));
    if (!due) return undefined;
    due.left--;
    if (due.left <= 0) this.#ordered = this.#ordered.filter((ordered) => ordered !== due);
    return due.fault;
  }
}

function meets(ordered: Ordered, target: FaultTarget): boolean {
  const { fault } = ordered;
  if (!matches(fault.match ?? {}, target) || !applies(fault, target)) return false;
  ordered.seen++;
  return ordered.seen >= (fault.match?.nth ?? 1);
}

function matches({ method, path }: FaultMatch, target: FaultTarget): boolean {
  if (method !== undefined && method.toUpperCase() !== target.method) return false;
  // Only a fault that names the path of the identity endpoint strikes there.
  if (path === undefined) return target.permissions !== undefined || target.path === '/$batch';
  if (typeof path === 'string') return target.path.startsWith(path.replace(/^\/v1\.0/, ''));
  path.lastIndex = 0;
  return path.test(target.rawQuery ? `${target.path}?${target.rawQuery}` : target.path);
}

/** Where each kind of fault can happen at all. */
function applies(fault: Fault, target: FaultTarget): boolean {
  const isWrite = target.method !== 'GET' && target.path !== '/$batch';
  const isList = target.method === 'GET' && /^\/(applications|servicePrincipals)$/.test(target.path);
  switch (fault.kind) {
    case 'expired-page-token':
    case 'repeat-object':
      return isList && /(^|&)(\$|%24)skiptoken=/i.test(target.rawQuery);
    case 'empty-page':
      return isList;
    case 'refused':
      return fault.permission === undefined || (target.permissions?.includes(fault.permission) ?? false);
    case 'after-write-status':
      return isWrite;
    case 'after-write-drop':
      return isWrite && !target.inBatch;
    case 'concurrent-write':
      return target.method === 'PATCH';
    case 'status':
      return true;
    default:
      // A connection cannot break inside a batch, only around it.
      return !target.inBatch;
  }
}
