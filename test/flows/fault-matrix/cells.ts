import { graphCall, pathOfCall } from '../../support/graph-call.js';
import { type Disturbance, disturbanceNamed, disturbances } from './faults.js';
import type { Site } from './night.js';

/** A call that an undisturbed night made. */
export interface Call {
  readonly side: 'graph' | 'storage';
  readonly name: string;
  /** Every such call was an item of a batch. */
  readonly inBatch: boolean;
}

/** One call, one disturbance, once or permanently. */
export interface Cell {
  readonly call: Call;
  readonly disturbance: Disturbance;
  readonly permanent: boolean;
}

/** The distinct calls of a night, in order: from the simulator's log of requests and from that of the storage proxy. */
export function callsOf({ laptop, proxy }: Site): Call[] {
  const calls = new Map<string, Call>();
  const { requests } = laptop.simulator;
  for (const request of requests) {
    const name = graphCall(request);
    const inBatch = (calls.get(name)?.inBatch ?? true) && request.inBatch === true;
    calls.set(name, { side: 'graph', name, inBatch });
  }
  for (const name of proxy.calls) calls.set(name, { side: 'storage', name, inBatch: false });
  return [...calls.values()];
}

/** Every cell of the matrix. */
export function allCells(calls: readonly Call[]): Cell[] {
  return calls.flatMap((call) =>
    disturbances
      .filter(({ inBatch }) => inBatch || !call.inBatch)
      .flatMap((disturbance) => [false, true].map((permanent) => ({ call, disturbance, permanent }))),
  );
}

const dangerous: readonly (readonly [name: string, permanent: boolean])[] = [
  ['403', true],
  ['the body {}', true],
  ['connection dropped after the commit', false],
  ['hang', true],
  ['truncated body', false],
];

/** One dangerous cell per call; the kinds are spread over the calls of each side. */
export function sampleCells(calls: readonly Call[]): Cell[] {
  const seen = { graph: 0, batch: 0, storage: 0 };
  return calls.map((call) => {
    const kinds = dangerous.filter(([name]) => !call.inBatch || disturbanceNamed(name).inBatch);
    const [name, permanent] = kinds[seen[call.inBatch ? 'batch' : call.side]++ % kinds.length] ?? ['hang', true];
    return { call, disturbance: disturbanceNamed(name), permanent };
  });
}

/** The calls of a night that lists the holders of keys apart and that another night does not make in this way. */
export function callsAboutKeys(calls: readonly Call[]): Call[] {
  return calls.filter(({ name }) =>
    /keyCredentials|^GET \/(applications|servicePrincipals)(\/\*|\?\$skiptoken)?$/.test(name),
  );
}

/** Injects the cell's fault. */
export function disturb({ laptop, proxy }: Site, { call, disturbance, permanent }: Cell): void {
  const times = permanent ? Number.POSITIVE_INFINITY : 1;
  const [method = ''] = call.name.split(' ');
  if (call.side === 'storage') proxy.inject({ ...disturbance.storage, call: call.name, times });
  const write = method !== 'GET' && call.name !== 'POST /$batch';
  const match = { method, path: pathOfCall(call.name) };
  if (call.side === 'graph') laptop.simulator.order({ ...disturbance.graph(write), match, times });
}
