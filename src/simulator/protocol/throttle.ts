import { GraphError } from './graph-error.js';
import type { GraphRequest } from './graph-request.js';
import { nowInMilliseconds } from './timestamps.js';

interface Limit {
  readonly count: number;
  readonly milliseconds: number;
}

/**
 * The limits per app and tenant. They are those of a small tenant, the strictest that Graph documents.
 * Source: "Microsoft Graph service-specific throttling limits", identity and access; the list pages of applications and
 * servicePrincipals for keyCredentials; "Update application" for personal accounts; identity and access reports.
 */
const limits = {
  ResourceUnitLimitExceeded: { count: 3500, milliseconds: 10_000 },
  WriteLimitExceeded: { count: 3000, milliseconds: 150_000 },
  personalAccountWrites: { count: 60, milliseconds: 60_000 },
  auditLogReads: { count: 5, milliseconds: 10_000 },
  keyCredentialsReads: { count: 150, milliseconds: 60_000 },
} as const satisfies Record<string, Limit>;

/** The resource units of a request. Source: the cost table of the same page. */
export function resourceUnits({ path, query, method }: Pick<GraphRequest, 'path' | 'query' | 'method'>): number {
  const base = path.startsWith('/applications') ? 2 : 1;
  if (method !== 'GET') return 1;
  const top = query.get('$top');
  const small = top !== null && Number(top) < 20 ? 1 : 0;
  return Math.max(1, base - (query.has('$select') ? 1 : 0) + (query.has('$expand') ? 1 : 0) - small);
}

/**
 * The share of the resource units from which requests of low priority are throttled. Graph documents that they are
 * throttled first, and not from which share.
 */
const lowPriorityShare = 0.9;

/** How a throttle counts. */
export interface ThrottleOptions {
  /** Milliseconds. @default the time of this machine */
  readonly now?: () => number;
  /** The share of each limit that other clients use, evenly over its time, from 0 to below 1. @default 0 */
  readonly otherClients?: number;
}

/** Enforces the documented limits. The window of each limit starts with its first request. */
export class Throttle {
  readonly #windows = new Map<string, { since: number; used: number }>();
  readonly #now: () => number;
  readonly #otherClients: number;

  constructor({ now = nowInMilliseconds, otherClients = 0 }: ThrottleOptions = {}) {
    this.#now = now;
    this.#otherClients = otherClients;
  }

  /**
   * Counts a request.
   * @returns the used share of the limit that is nearest to exhaustion; 1 is all of it
   * @throws GraphError 429 with Retry-After in seconds, possibly a decimal number
   */
  admit(request: GraphRequest): number {
    const used = [this.#use('ResourceUnitLimitExceeded', '', resourceUnits(request), request)];
    if (request.method !== 'GET') used.push(this.#use('WriteLimitExceeded', '', 1, request));
    const collection = /^\/(applications|servicePrincipals)$/.exec(request.path)?.[1];
    // The documentation does not say whether both collections share this limit. Here each has its own.
    if (collection && request.method === 'GET' && /\bkeyCredentials\b/.test(request.query.get('$select') ?? ''))
      used.push(this.#use('keyCredentialsReads', collection, 1, request));
    if (request.path.startsWith('/auditLogs/')) used.push(this.#use('auditLogReads', '', 1, request));
    return Math.max(...used);
  }

  /** Counts a write to an application whose sign-in audience includes personal Microsoft accounts. */
  admitPersonalAccountWrite(request: GraphRequest): void {
    this.#use('personalAccountWrites', '', 1, request);
  }

  #use(name: keyof typeof limits, part: string, cost: number, request: GraphRequest): number {
    const limit = limits[name];
    const now = this.#now();
    const known = this.#windows.get(name + part);
    const window = known && now - known.since < limit.milliseconds ? known : { since: now, used: 0 };
    this.#windows.set(name + part, window);
    window.used += cost;
    const byOthers = (this.#otherClients * (now - window.since)) / limit.milliseconds;
    const used = window.used / limit.count + byOthers;
    const isLow = request.header('x-ms-throttle-priority')?.toLowerCase() === 'low';
    const most = isLow && name === 'ResourceUnitLimitExceeded' ? lowPriorityShare : 1;
    if (used > most) throw tooMany(name, window.since + limit.milliseconds - now, request);
    return used;
  }
}

function tooMany(name: string, wait: number, { identity, method }: GraphRequest): GraphError {
  const scope = `Tenant_Application/${method === 'GET' ? 'ReadWrite' : 'Write'}/${identity.clientId}`;
  const information = name.endsWith('Exceeded') ? name : 'ResourceUnitLimitExceeded';
  return new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
    'Retry-After': String(Math.max(wait, 1) / 1000),
    'x-ms-throttle-scope': scope,
    'x-ms-throttle-information': information,
  });
}
