import type { Fault } from './faults/fault.js';
import { startSimulator } from './http/server.js';
import type { Simulator } from './http/simulator.js';
import type { SimulatedTenant } from './schema/tenant.js';

export { parseFault } from './faults/parse-fault.js';

/** What `consentinel simulate` takes. */
export interface LaunchOptions {
  tenant: SimulatedTenant;
  port?: number;
  latency?: number;
  faults?: readonly Fault[];
}

/**
 * Starts a simulator and prints the settings that point the other commands at it, as lines for a shell.
 * @param print is told one line at a time
 */
export async function launchSimulator(options: LaunchOptions, print: (line: string) => void): Promise<Simulator> {
  const { faults = [], ...rest } = options;
  const simulator = await startSimulator(rest);
  for (const fault of faults) simulator.order(fault);
  for (const [name, value] of Object.entries(simulator.settings)) print(`export ${name}=${value}`);
  return simulator;
}
