import { randomBytes } from 'node:crypto';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { aLaptop } from './laptop.js';

const day = 86_400_000;

/** A laptop whose scans use delta queries. The caller closes it. */
export async function aDeltaLaptop(
  options: Partial<SimulatorOptions>,
  settings: Readonly<Record<string, string>> = {},
) {
  const laptop = await aLaptop(
    // The token of the process outlives the nights: the product requests a new one before it expires.
    { keysInDelta: true, tokenLifetime: 999 * day, ...options },
    { DELTA_SCANS: 'on', INVENTORY_KEY: randomBytes(32).toString('base64'), ...settings },
  );
  const { simulator } = laptop;
  /** Runs a scan some days after the start, and returns it with the requests that it sent. */
  const night = async (days: number) => {
    simulator.setClockSkew(days * day);
    const before = simulator.requests.length;
    const scan = await laptop.scan();
    return { scan, requests: simulator.requests.slice(before) };
  };
  return { laptop, simulator, directory: simulator.directory, night };
}
