import { once } from 'node:events';
import { demoTenant } from '../../local/demo-tenant.js';
import { ConsentinelError, explain } from '../../model/errors.js';
import { launchSimulator, parseFault } from '../../simulator/launch-simulator.js';
import { portError } from '../port-error.js';
import { type Screen, writeLine } from '../screen.js';

export interface SimulateOptions {
  objects?: number;
  port?: number;
  latency?: number;
  throttled?: boolean;
  fault?: readonly string[];
  plantEvery?: number;
  shell?: 'sh' | 'powershell';
}

/** Runs the Graph simulator until it is interrupted, and prints the settings for the other commands. */
export async function simulate(screen: Screen, options: SimulateOptions, signal: AbortSignal): Promise<number> {
  const { objects, port, latency, throttled = false, fault = [], plantEvery, shell } = options;
  const faults = fault.map(faultOf);
  const tenant = demoTenant({ ...(objects && { objects }), ...(plantEvery && { plantEvery }) });
  const simulator = await launchSimulator(
    { tenant, faults, throttled, ...(port !== undefined && { port }), ...(latency !== undefined && { latency }) },
    (line) => writeLine(screen.out, shell === 'powershell' ? inPowerShell(line) : line),
  ).catch((error: unknown) => {
    throw portError(error, port ?? 0);
  });
  if (!signal.aborted) await once(signal, 'abort');
  await simulator.close();
  return 0;
}

/** `export NAME=value` in the syntax of PowerShell. */
function inPowerShell(line: string): string {
  return line.replace(
    /^export (\w+)=(.*)$/,
    (_, name: string, value: string) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
  );
}

/** @throws ConsentinelError `usage-invalid` with the valid forms */
function faultOf(text: string) {
  try {
    return parseFault(text);
  } catch (error) {
    throw new ConsentinelError('usage-invalid', `--fault ${JSON.stringify(text)}: ${explain(error)}`);
  }
}
