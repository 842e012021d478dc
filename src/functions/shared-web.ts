import { version } from '../version.js';
import { createWeb } from '../web/app.js';
import { appServiceDoor } from '../web/auth.js';
import type { Web } from '../web/site.js';
import { sharedInstallation } from './shared-runtime.js';

let shared: Web | undefined;

/** One page for all requests of this instance, so that they share what was read. */
export async function sharedWeb(): Promise<Web> {
  const runtime = (await sharedInstallation()).runtime();
  const { authenticationEnabled, publicUrl } = runtime.config;
  const door = appServiceDoor({ authenticationEnabled, ...(publicUrl && { publicUrl }) });
  shared ??= createWeb(runtime, door, { version });
  return shared;
}
