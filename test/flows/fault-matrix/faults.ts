import type { Fault } from '../../../src/simulator/faults/fault.js';
import type { ProxyAct } from '../../support/fault-proxy.js';

type GraphAct = Fault extends infer F ? (F extends Fault ? Omit<F, 'match' | 'times'> : never) : never;

/** One way to disturb a call, for each of the two sides of the product. */
export interface Disturbance {
  readonly name: string;
  /** @param write the request changes something */
  readonly graph: (write: boolean) => GraphAct;
  readonly storage: ProxyAct;
  /** Whether a single item of a batch, which has no connection of its own, can be disturbed this way. */
  readonly inBatch: boolean;
}

const retryAfter = { 'Retry-After': '1' };

function status(code: number, headers: Readonly<Record<string, string>> = {}): Disturbance {
  return {
    name: Object.keys(headers).length > 0 ? `${code} with ${Object.keys(headers).join()}` : String(code),
    graph: () => ({ kind: 'status', status: code, headers }),
    storage: { act: 'status', status: code, headers },
    inBatch: true,
  };
}

/** Every disturbance of the matrix. */
export const disturbances: readonly Disturbance[] = [
  status(429, retryAfter),
  ...[408, 500, 503, 504, 401, 403, 404].map((code) => status(code)),
  {
    name: 'connection dropped before the answer',
    graph: () => ({ kind: 'drop', when: 'before' }),
    storage: { act: 'drop-before' },
    inBatch: false,
  },
  {
    name: 'connection dropped after the commit',
    // A read commits nothing: its connection ends inside the answer.
    graph: (write) => (write ? { kind: 'after-write-drop' } : { kind: 'drop', when: 'inside-body' }),
    storage: { act: 'drop-after' },
    inBatch: false,
  },
  {
    name: 'truncated body',
    graph: () => ({ kind: 'malformed-json' }),
    storage: { act: 'truncate' },
    inBatch: false,
  },
  { name: 'hang', graph: () => ({ kind: 'hang' }), storage: { act: 'hang' }, inBatch: false },
  {
    name: 'the body {}',
    graph: () => ({ kind: 'status', status: 200, body: {} }),
    storage: { act: 'empty-object' },
    inBatch: true,
  },
];

/** A disturbance by name. @throws Error for an unknown name */
export function disturbanceNamed(name: string): Disturbance {
  const found = disturbances.find((one) => one.name === name);
  if (!found) throw new Error(`There is no disturbance ${name}.`);
  return found;
}
