import type { Fault, FaultMatch } from './fault.js';

export type { Fault } from './fault.js';

/** The parts of a request that decide whether a fault affects it. */
export interface FaultTarget {
  readonly method: string;
  /** The path below `/v1.0`, or the path of another endpoint. */
  readonly path: string;
  readonly rawQuery: string;
  readonly inBatch: boolean;
  /** Any of these permissions allows the request. Undefined for a path that is not a Graph resource. */
  readonly permissions: readonly string[] | undefined;
}

interface PendingFault {
  readonly fault: Fault;
  seen: number;
  left: number;
}

/** The injected faults that are not used up yet, in the order of injection. */
export class PendingFaults {
  #pending: PendingFault[] = [];

  order(fault: Fault): void {
    this.#pending.push({ fault, seen: 0, left: fault.times });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The first fault that affects this request. Counts the request for it. */
  take(target: FaultTarget): Fault | undefined {
    if (this.#pending.length === 0) return undefined;
    const due = this.#pending.find((pending) => affects(pending, target));
    if (!due) return undefined;
    due.left--;
    if (due.left <= 0) this.#pending = this.#pending.filter((pending) => pending !== due);
    return due.fault;
  }
}

function affects(pending: PendingFault, target: FaultTarget): boolean {
  const { fault } = pending;
  if (!matches(fault.match ?? {}, target) || !applies(fault, target)) return false;
  pending.seen++;
  return pending.seen >= (fault.match?.nth ?? 1);
}

function matches({ method, path }: FaultMatch, target: FaultTarget): boolean {
  if (method !== undefined && method.toUpperCase() !== target.method) return false;
  // A fault affects the identity endpoint or the token endpoint only if it names the path.
  if (path === undefined) return target.permissions !== undefined || target.path === '/$batch';
  if (typeof path === 'string') return target.path.startsWith(path.replace(/^\/v1\.0/, ''));
  if (path instanceof RegExp) path.lastIndex = 0;
  return path.test(target.rawQuery ? `${target.path}?${target.rawQuery}` : target.path);
}

const objectLists = /^\/(applications|servicePrincipals)$/;
const deltas = /^\/(applications|servicePrincipals|oauth2PermissionGrants)\/delta$/;
/** Lists with pages, whose entries have no identity. */
const otherLists =
  /^\/(oauth2PermissionGrants|servicePrincipals.*\/(appRoleAssignedTo|appRoleAssignments|delegatedPermissionClassifications))$/;

/** Whether a fault is for such a list: a shorter path, as `/servicePrincipals`, means the listing of the objects. */
function isNamedList(wanted: FaultMatch['path'], path: string): boolean {
  const [, list] = otherLists.exec(path) ?? [];
  if (!list || wanted === undefined) return false;
  return typeof wanted !== 'string' || wanted.includes(list.slice(list.lastIndexOf('/') + 1));
}

/** Whether a fault of this kind is possible for the request. */
function applies(fault: Fault, target: FaultTarget): boolean {
  const isWrite = target.method !== 'GET' && target.path !== '/$batch';
  const isObjectList = target.method === 'GET' && objectLists.test(target.path);
  const isList = isObjectList || (target.method === 'GET' && isNamedList(fault.match?.path, target.path));
  const isChanges =
    target.method === 'GET' && deltas.test(target.path) && /(^|&)(\$|%24)deltatoken=(?!latest)/i.test(target.rawQuery);
  const isLaterPage = /(^|&)(\$|%24)skiptoken=/i.test(target.rawQuery);
  switch (fault.kind) {
    case 'expired-page-token':
      return isList && isLaterPage;
    case 'repeat-object':
      return isObjectList && isLaterPage;
    case 'delta-expired':
    case 'delta-reset':
    case 'delta-replay':
    case 'delta-repeat':
      return isChanges;
    case 'empty-page':
      return isList || isChanges;
    case 'no-next-link':
    case 'skip-page':
    case 'empty-page-skip':
    case 'loop':
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
    case 'token-revoked':
      return true;
    default:
      // An item of a batch has no separate connection.
      return !target.inBatch;
  }
}
