import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { demoTenant } from '../src/local/demo-tenant.js';
import type { RequestRecord } from '../src/simulator/http/request-log.js';
import { type SimulatorOptions, startSimulator } from '../src/simulator/http/server.js';

/** A simulated tenant, and how its Graph answers. */
export interface Scenario {
  /** Applications and service principals together. */
  readonly objects: number;
  /** Milliseconds of each answer. */
  readonly latency: number;
  /** Enforces the documented limits. */
  readonly throttled?: boolean;
  /** With `throttled`: the share of each limit that other clients use. */
  readonly otherClients?: number;
  /** Every so many objects holds a key credential. @default about a fifth of them, in no order */
  readonly keyHolderEvery?: number;
}

/** One user of each generated application has consented alone: large tenants have grants of both types. */
const userGrants = 1;

/** Starts the simulator in a process of its own. @param main the entry point of this benchmark */
export async function startTenant(main: string, scenario: Scenario) {
  const child = fork(main, ['simulate', JSON.stringify(scenario)]);
  const [settings] = (await firstMessage(child, 'simulator')) as [Record<string, string>];
  /** The requests since the last call. */
  const takeRequests = async () => {
    child.send('take');
    const [requests] = await once(child, 'message');
    return requests as RequestRecord[];
  };
  return { settings, takeRequests, stop: () => child.kill() };
}

/** The child of `startTenant`. */
export async function simulateTenant(scenario: Scenario): Promise<void> {
  const { objects, keyHolderEvery, ...options } = scenario;
  const tenant = demoTenant({ objects, plantEvery: 1_000 });
  const filler = tenant.filler && { ...tenant.filler, userGrants, ...(keyHolderEvery && { keyHolderEvery }) };
  const { settings, requests } = await startSimulator({
    ...options,
    tenant: { ...tenant, ...(filler && { filler }) },
  } as SimulatorOptions);
  process.on('message', () => process.send?.((requests as RequestRecord[]).splice(0)));
  process.send?.(settings);
}

/** The first message of a child. @throws Error if the child ends before it */
export async function firstMessage(child: ChildProcess, name: string): Promise<unknown[]> {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The process of the ${name} ended with ${signal ?? `exit code ${code}`} before it reported.`);
  });
  ended.catch(() => {});
  return (await Promise.race([once(child, 'message'), ended])) as unknown[];
}
