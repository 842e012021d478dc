import type { Fault, JsonObject, Simulator } from '../../src/simulator/http/server.js';
import type { FaultProxy, ProxyFault } from '../support/fault-proxy.js';
import { collections, graphFaults, others, pageFaults, storageActs } from './faults.js';
import type { Product, Result } from './product.js';
import type { Random } from './random.js';
import type { Specimen } from './specimen.js';
import type { Command } from './worker.js';

/** What disturbs one command of the product. */
export interface Weather {
  /** For the log, and to repeat it by hand. */
  readonly text: string;
  readonly graph?: Fault;
  readonly storage?: ProxyFault;
  /** Kills the process when the storage fault affects its first request. */
  readonly kills?: boolean;
  /** Graph's answers about one object differ from its documentation. */
  readonly malformed?: MalformedObject;
}

/** An object of a specimen, and how answers about it differ. */
interface MalformedObject {
  readonly collection: 'applications' | 'servicePrincipals';
  readonly id: string;
  readonly shape: { readonly absent: readonly string[] } | { readonly values: JsonObject };
}

export const calm: Weather = { text: 'undisturbed' };

/** How often a disturbance affects its calls. */
const times = [1, 1, 2, 5, Number.POSITIVE_INFINITY];

/**
 * A random disturbance of a command.
 * @param calls the calls that the product made so far; faults affect them, so that new calls are covered by themselves
 * @param specimens the objects that answers can misrepresent
 */
export function randomWeather(random: Random, calls: Calls, specimens: readonly Specimen[]): Weather {
  switch (random.pick(['calm', 'graph', 'graph', 'page', 'malformed', 'storage', 'storage', 'kill'] as const)) {
    case 'calm':
      return calm;
    case 'graph': {
      const match = { path: random.pick(calls.graph), nth: random.pick([1, 1, 2, 3]) };
      const graph = { ...random.pick(graphFaults), match, times: random.pick(times) } as Fault;
      return isLie(graph, match.path) ? calm : { text: `Graph: ${textOf(graph)}`, graph };
    }
    case 'page': {
      const match = {
        path: random.pick([/^\/applications(\?|$)/, /^\/servicePrincipals(\?|$)/]),
        nth: 1 + random.below(5),
      };
      const graph = { ...random.pick(pageFaults), match, times: random.pick(times) } as Fault;
      return { text: `listing: ${textOf(graph)}`, graph };
    }
    case 'malformed': {
      const malformed = randomObject(random, specimens);
      return malformed ? { text: `malformed: ${textOf(malformed)}`, malformed } : calm;
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

function randomObject(random: Random, specimens: readonly Specimen[]): MalformedObject | undefined {
  const { applicationId, servicePrincipalId, kind } = random.pick(specimens.filter(({ deleted }) => !deleted));
  const collection = random.pick(['applications', 'servicePrincipals'] as const);
  // Its service principal is created and deleted.
  if (collection === 'servicePrincipals' && kind.ruleId === 'require-service-principal') return undefined;
  const wrong: string = random.pick([...collections[collection], ...others[collection]]);
  const shape = random.chance(0.5)
    ? { absent: [random.pick<string>(collections[collection])] }
    : { values: { [wrong]: 42 } };
  return { collection, id: collection === 'applications' ? applicationId : servicePrincipalId, shape };
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
  { graph, storage, kills, malformed }: Weather,
  command: Command,
  { product, simulator, proxy }: { product: Product; simulator: Simulator; proxy: FaultProxy },
): Promise<Result> {
  if (graph) simulator.order(graph);
  const shapes = malformed && simulator.directory.collection(malformed.collection).shapes;
  if (malformed) shapes?.set(malformed.id, malformed.shape);
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
    shapes?.clear();
    proxy.clear();
  }
}
