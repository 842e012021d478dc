import { readConfig } from '../config.js';
import { createRuntime, environment, type Runtime } from '../runtime.js';

let shared: Promise<Runtime> | undefined;

/**
 * One runtime for all invocations of this instance. A faulty setting fails the invocation, where the host shows it, and
 * not the loading of the file, where it would only say that there are no functions.
 */
export function sharedRuntime(): Promise<Runtime> {
  shared ??= Promise.resolve()
    .then(() => createRuntime(readConfig(environment), environment))
    .catch((error: unknown) => {
      shared = undefined;
      throw error;
    });
  return shared;
}

/** Sends what this instance has told of itself; there is nothing to send where it could not be wired. Never rejects. */
export async function flushTelemetry(): Promise<void> {
  await shared?.then(({ telemetry }) => telemetry.flush()).catch(() => {});
}
