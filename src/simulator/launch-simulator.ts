import type { Fault } from './faults/fault.js';
import { startSimulator } from './http/server.js';
import type { Simulator } from './http/simulator.js';
import type { SimulatedTenant } from './schema/tenant.js';

export { parseFault } from './faults/parse-fault.js';

/** The options of `consentinel simulate`. */
export interface LaunchOptions {
  tenant: SimulatedTenant;
  port?: number;
  latency?: number;
  throttled?: boolean;
  faults?: readonly Fault[];
}

/**
 * Starts a simulator, injects the faults, and prints the settings for other commands as `export` lines for a shell.
 * @param print called with one line at a time
 */
export async function launchSimulator(options: LaunchOptions, print: (line: string) => void): Promise<Simulator> {
  const { faults = [], ...rest } = options;
  const simulator = await startSimulator(rest);
  for (const fault of faults) simulator.order(fault);
  for (const [name, value] of Object.entries(simulator.settings)) print(`export ${name}=${value}`);
  return simulator;
}
