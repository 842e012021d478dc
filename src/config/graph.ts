import { z } from 'zod';
import { clouds, worldwide } from '../model/entra/clouds.js';
import type { Fault } from '../settings/fault.js';
import { clientId, isLoopback } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

const nationalGraphs = clouds
  .filter((cloud) => cloud !== worldwide)
  .map(({ graph }) => `\`${graph}\``)
  .join(', ');

/** Origin of Graph, without a trailing slash. Tokens go there and nowhere else. */
const graphEndpoint = z
  .string()
  .refine(
    isGraphEndpoint,
    `Access tokens go to this address, so it must be one of ${clouds.map(({ graph }) => graph).join(', ')}, or http://127.0.0.1:PORT of a simulator.`,
  )
  .transform((value) => value.replace(/\/+$/, ''));

export const graphSettings = z.object({
  endpoint: setting('GRAPH_ENDPOINT', {
    schema: graphEndpoint,
    default: worldwide.graph,
    meaning: `root of Microsoft Graph. A national cloud ([national-clouds.md](national-clouds.md)): ${nationalGraphs}. A simulator: \`http://127.0.0.1:PORT\`. Other addresses are invalid`,
  }),
});

const platform = {
  schema: z.string(),
  deployed: false,
  defaultText: 'set by Azure',
  meaning: 'endpoint for tokens of the managed identity. A simulated Graph needs those of the simulator',
} as const;

/** Where tokens come from. `@azure/identity` reads these variables itself; they are only checked here. */
export const identitySettings = z.object({
  endpoint: setting('IDENTITY_ENDPOINT', platform),
  header: setting('IDENTITY_HEADER', {
    ...platform,
    secret: true,
    meaning: 'secret of the managed identity endpoint. A simulated Graph needs that of the simulator',
  }),
});

export const readerSettings = z.object({
  clientId: setting('READER_CLIENT_ID', {
    schema: clientId,
    meaning: 'client id of the user-assigned identity that reads the directory',
  }),
});

/** A simulated Graph takes tokens only from a simulated identity endpoint. */
export function simulatorFaults(
  graph: z.output<typeof graphSettings>,
  { endpoint, header }: z.output<typeof identitySettings>,
): Fault[] {
  if (!isLoopback(graph.endpoint)) return [];
  if (endpoint && header && isLoopback(endpoint)) return [];
  const remedy =
    'A simulated Graph accepts simulated tokens only, so that no real token reaches it: set IDENTITY_ENDPOINT and IDENTITY_HEADER as `consentinel simulate` prints them.';
  return [{ setting: 'IDENTITY_ENDPOINT', value: endpoint ?? '(not set)', remedy }];
}

function isGraphEndpoint(value: string): boolean {
  const bare = value.replace(/\/+$/, '');
  return clouds.some(({ graph }) => graph === bare) || (isLoopback(bare) && new URL(bare).pathname === '/');
}
