import type { Fault, Simulator } from '../../src/simulator/http/server.js';
import type { FaultProxy, ProxyAct, ProxyFault } from '../support/fault-proxy.js';
import type { Product, Result } from './product.js';
import type { Random } from './random.js';
import type { Command } from './worker.js';

/** What disturbs one command of the product. */
export interface Weather {
  /** For the log, and to repeat it by hand. */
  readonly text: string;
  readonly graph?: Fault;
  readonly storage?: ProxyFault;
  /** Kills the process when the storage fault affects its first request. */
  readonly kills?: boolean;
}

export const calm: Weather = { text: 'undisturbed' };

type GraphFault = Fault extends infer F ? (F extends Fault ? Omit<F, 'times' | 'match'> : never) : never;

const graphFaults: readonly GraphFault[] = [
  ...[401, 403, 404, 408, 500, 503, 504].map((status) => ({ kind: 'status', status }) as const),
  { kind: 'status', status: 429, headers: { 'Retry-After': '1' } },
  { kind: 'status', status: 200, body: {} },
  { kind: 'html-502' },
  { kind: 'drop', when: 'before' },
  { kind: 'drop', when: 'inside-body' },
  { kind: 'malformed-json' },
  { kind: 'expired-page-token' },
  { kind: 'repeat-object' },
  { kind: 'empty-page' },
  { kind: 'hang' },
  { kind: 'token-revoked' },
];

const storageActs: readonly ProxyAct[] = [
  { act: 'status', status: 500 },
  { act: 'status', status: 503 },
  { act: 'status', status: 500, committed: true },
  { act: 'drop-before' },
  { act: 'drop-after' },
  { act: 'truncate' },
  { act: 'hang' },
  { act: 'status', status: 404 },
  { act: 'empty-object' },
];

/** How often a disturbance affects its calls. */
const times = [1, 1, 2, 5, Number.POSITIVE_INFINITY];

/**
 * A random disturbance of a command.
 * @param calls the calls that the product made so far; faults affect them, so that new calls are covered by themselves
 */
export function randomWeather(random: Random, calls: Calls): Weather {
  switch (random.pick(['calm', 'graph', 'graph', 'storage', 'storage', 'kill'] as const)) {
    case 'calm':
      return calm;
    case 'graph': {
      const match = { path: random.pick(calls.graph), nth: random.pick([1, 1, 2, 3]) };
      const graph = { ...random.pick(graphFaults), match, times: random.pick(times) } as Fault;
      return isLie(graph, match.path) ? calm : { text: `Graph: ${textOf(graph)}`, graph };
    }
    case 'storage': {
      const call = random.pick(calls.storage);
      const storage = { ...random.pick(storageActs), call, nth: random.pick([1, 1, 2, 3]), times: random.pick(times) };
      return { text: `storage: ${textOf(storage)}`, storage };
    }
    case 'kill': {
      const storage = { act: random.pick(['hang', 'drop-after'] as const), nth: 1 + random.below(60) };
      return { text: `kill -9: ${textOf(storage)}`, storage, kills: true };
    }
  }
}

/** The calls of the product, without the ids in them. */
export interface Calls {
  readonly graph: readonly RegExp[];
  readonly storage: readonly string[];
}

/** The calls that were made so far, in the order of their names. */
export function callsOf(simulator: Simulator, proxy: FaultProxy): Calls {
  const paths = simulator.requests.map(({ path }) => path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*'));
  const graph = [...new Set(paths)].sort().map((path) => new RegExp(`^${escaped(path)}(\\?|$)`, 'i'));
  return { graph, storage: [...new Set(proxy.calls)].sort() };
}

const escaped = (path: string) => path.replace(/[.*+?^${}()|[\]\\]/g, (char) => (char === '*' ? '[^/]+' : `\\${char}`));

/**
 * A single object that Graph reports as deleted is deleted for any client, so this fault would change the tenant that
 * the oracle knows.
 */
function isLie(fault: Fault, { source }: RegExp): boolean {
  const single = /^\^\\?\/(users|applications|servicePrincipals|directory\\?\/deletedItems)/.test(source);
  return fault.kind === 'status' && fault.status === 404 && single;
}

const textOf = (fault: object) => JSON.stringify(fault, (_, value) => (value instanceof RegExp ? value.source : value));

/** Executes a command in this weather, and clears the sky. */
export async function executeIn(
  { graph, storage, kills }: Weather,
  command: Command,
  { product, simulator, proxy }: { product: Product; simulator: Simulator; proxy: FaultProxy },
): Promise<Result> {
  if (graph) simulator.order(graph);
  const before = proxy.disturbed;
  if (storage) proxy.inject(storage);
  let ended = false;
  const result = product.execute(command).finally(() => {
    ended = true;
  });
  try {
    while (kills && !ended && proxy.disturbed === before) await new Promise((next) => setTimeout(next, 2));
    if (kills && !ended) await product.kill();
    return await result;
  } finally {
    simulator.clearFaults();
    proxy.clear();
  }
}
