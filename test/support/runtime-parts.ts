import type { Runtime } from '../../src/runtime.js';

type Parts = ReturnType<Runtime['scanContext']> & ReturnType<Runtime['alerts']> & ReturnType<Runtime['decisions']>;

/** A runtime, and the parts that its capabilities hand out, for tests that look behind it. */
export type RuntimeParts = Runtime & Omit<Parts, keyof Runtime>;

export function withParts(runtime: Runtime): RuntimeParts {
  return { ...runtime.decisions(), ...runtime.scanContext(), ...runtime.alerts(), ...runtime };
}
