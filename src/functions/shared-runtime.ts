import { readConfig } from '../config.js';
import type { AppParts } from '../wiring/app-parts.js';
import type { Runtime } from '../wiring/capabilities.js';
import { createAppInstallation } from '../wiring/create-installation.js';
import { environment } from '../wiring/environment.js';
import type { Installation } from '../wiring/installation.js';

/** Below `functionTimeout` of host.json: a scan that the host ends cannot write its result. */
export const scanDeadlineMinutes = 220;

let parts: AppParts | undefined;
let shared: Promise<Installation> | undefined;

/** Gives the installation the parts of this app. Every entry point calls it once, before the first invocation. */
export function useParts(ofApp: AppParts): void {
  parts = ofApp;
}

/**
 * One installation for all invocations of this instance. A faulty setting fails the invocation, where the host shows
 * the error. It does not fail the loading of the file, for which the host only reports that it found no functions.
 */
export function sharedInstallation(): Promise<Installation> {
  shared ??= Promise.resolve()
    .then(() => {
      if (!parts) throw new Error('An entry point must call useParts.');
      return createAppInstallation(readConfig(environment), environment, parts, { scanDeadlineMinutes });
    })
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
