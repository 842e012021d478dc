import { readConfig } from '../config.js';
import { createInstallation, environment, type Installation, type Runtime } from '../runtime.js';

/** Below `functionTimeout` of host.json: a scan that the host ends cannot write its result. */
export const scanDeadlineMinutes = 220;

let shared: Promise<Installation> | undefined;

/**
 * One installation for all invocations of this instance. A faulty setting fails the invocation, where the host shows
 * the error. It does not fail the loading of the file, for which the host only reports that it found no functions.
 */
export function sharedInstallation(): Promise<Installation> {
  shared ??= Promise.resolve()
    .then(() => createInstallation(readConfig(environment), environment, { scanDeadlineMinutes }))
    .catch((error: unknown) => {
      shared = undefined;
      throw error;
    });
  return shared;
}

/** Sends the telemetry of this instance; without an installation there is none. Never rejects. */
export async function flushTelemetry(): Promise<void> {
  await shared?.then(({ telemetry }) => telemetry.flush()).catch(() => {});
}

/**
 * The runtime of the tenant in a message.
 * @throws ConsentinelError `usage-invalid` where there are several tenants and the message names none of them
 */
export async function sharedRuntime(message: unknown): Promise<Runtime> {
  return (await sharedInstallation()).runtimeFor(message);
}
