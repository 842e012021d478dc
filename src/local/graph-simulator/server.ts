import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SimulatedDirectory } from './directory.js';
import { Faults } from './faults.js';
import { createFiller, type Filler } from './filler.js';
import { FrontDoor } from './front-door.js';
import { GraphEndpoint } from './graph-endpoint.js';
import { Identities } from './identities.js';
import { PageTokens } from './page-token.js';
import { RequestLog } from './request-log.js';
import type { Simulator, SimulatorOptions, SimulatorSettings } from './simulator.js';
import { Throttle } from './throttle.js';
import type { World } from './world.js';

export type { Fault } from './fault.js';
export type { PlantedFinding } from './filler.js';
export type { Mail } from './mail.js';
export type { RequestRecord } from './request-log.js';
export type { Simulator, SimulatorOptions } from './simulator.js';
export type { JsonObject, JsonValue, SimulatedTenant } from './tenant.js';

const day = 86_400;

/**
 * Starts a Microsoft Graph of one tenant on this machine, with the managed identity endpoint that gives its tokens.
 * @returns once it listens
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { tenant } = options;
  const filler = tenant.filler && createFiller(tenant, tenant.filler);
  const world = worldOf(options, filler);
  const log = new RequestLog(options.log ? (line) => process.stderr.write(`${line}\n`) : undefined);
  const secret = options.identityHeader ?? randomUUID();
  const server = createServer({ keepAliveTimeout: 60_000 });
  const origin = await listen(server, options);
  const simulator = simulatorOf({ world, log, filler, origin, secret, server });
  const door = new FrontDoor(new GraphEndpoint(world, log), world, log, secret, simulator, options.latency ?? 0);
  server.on('request', (message, response) => void door.answer(message, response));
  return simulator;
}

function worldOf(options: SimulatorOptions, filler: Filler | undefined): World {
  return {
    tenant: options.tenant,
    filler,
    directory: new SimulatedDirectory(options.tenant, filler, options.replicationLag ?? 0),
    identities: new Identities(options.tenant.id, options.tokenLifetime ?? day),
    faults: new Faults(),
    tokens: new PageTokens(),
    throttle: options.throttled ? new Throttle() : undefined,
    mails: [],
    keysInLists: options.keysInLists ?? false,
    nullKeyEchoRefused: options.nullKeyEchoRefused ?? false,
  };
}

async function listen(server: Server, { port = 0, host = '127.0.0.1' }: SimulatorOptions): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

interface Parts {
  readonly world: World;
  readonly log: RequestLog;
  readonly filler: Filler | undefined;
  readonly origin: string;
  readonly secret: string;
  readonly server: Server;
}

function simulatorOf({ world, log, filler, origin, secret, server }: Parts): Simulator {
  const { directory, identities, faults, mails } = world;
  return {
    origin,
    settings: settingsOf(origin, secret, identities),
    directory,
    identities,
    order: (fault) => faults.order(fault),
    clearFaults: () => faults.clear(),
    requests: log.records,
    mails,
    planted: () => filler?.planted() ?? [],
    counts: () => ({
      applications: directory.collection('applications').count,
      servicePrincipals: directory.collection('servicePrincipals').count,
    }),
    roles: {
      grant: (role, name = 'reader') => void identities[name].roles.add(role),
      revoke: (role, name = 'reader') => void identities[name].roles.delete(role),
    },
    close: () => close(server),
  };
}

function settingsOf(origin: string, secret: string, identities: Identities): SimulatorSettings {
  return Object.freeze({
    GRAPH_ENDPOINT: origin,
    IDENTITY_ENDPOINT: `${origin}/msi/token`,
    IDENTITY_HEADER: secret,
    READER_CLIENT_ID: identities.reader.clientId,
    REMEDIATOR_CLIENT_ID: identities.remediator.clientId,
  });
}

/** Requests that hang are cut off, so that closing ends. */
async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
