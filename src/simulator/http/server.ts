import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { auditLogsOf } from '../directory/audit-logs.js';
import { SimulatedDirectory } from '../directory/simulated-directory.js';
import type { TenantState } from '../directory/tenant-state.js';
import { PendingFaults } from '../faults/pending-faults.js';
import { createFiller } from '../filler/filler.js';
import { Identities } from '../identity/identities.js';
import { KeyVault } from '../key-vault/key-vault.js';
import { PageTokens } from '../protocol/page-tokens.js';
import { Throttle } from '../protocol/throttle.js';
import { SimulatedClock } from '../protocol/timestamps.js';
import type { SimulatedTenant } from '../schema/tenant.js';
import { Dispatcher } from './dispatcher.js';
import { GraphEndpoint } from './graph-endpoint.js';
import { RequestLog } from './request-log.js';
import type { RunningTenant, Simulator, SimulatorOptions, SimulatorSettings } from './simulator.js';

export type { Fault } from '../faults/fault.js';
export type { PlantedFinding } from '../filler/filler.js';
export type { Mail } from '../mail/mail.js';
export type { JsonObject, JsonValue } from '../protocol/json.js';
export type { SimulatedTenant } from '../schema/tenant.js';
export type { RequestRecord } from './request-log.js';
export type { RunningTenant, Simulator, SimulatorOptions } from './simulator.js';

const day = 86_400;

/**
 * Starts a simulated Microsoft Graph on this machine, with the managed identity endpoint that issues its tokens. With
 * `others`, it simulates several tenants, with the token endpoint of the multi-tenant app.
 * @returns the simulator, when it listens
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { tenant, others = [] } = options;
  const appClientId = randomUUID();
  const clock = new SimulatedClock(options.clockSkew);
  const state = stateOf(options, tenant, appClientId, clock);
  // The app is registered in the home tenant, so it needs no consent there.
  state.identities.consented = true;
  const states = [state, ...others.map((other) => stateOf(options, other, appClientId, clock))];
  const log = new RequestLog(options.log ? (line) => process.stderr.write(`${line}\n`) : undefined);
  const secret = options.identityHeader ?? randomUUID();
  const server = createServer({ keepAliveTimeout: 60_000 });
  const origin = await listen(server, options);
  const keyVault = new KeyVault(origin, tenant.id, state.identities);
  const simulator = simulatorOf({ state, states, log, origin, secret, server, keyVault });
  const graphs = states.map((one) => new GraphEndpoint(one, others.length > 0 ? withTenantId(log, one) : log));
  const dispatcher = new Dispatcher(graphs, state, log, secret, simulator, keyVault, options.latency ?? 0);
  server.on('request', (message, response) => void dispatcher.answer(message, response));
  return simulator;
}

/** Adds the tenant to the records of requests. */
function withTenantId(log: RequestLog, { tenant }: TenantState): Pick<RequestLog, 'add'> {
  return { add: (record) => log.add({ ...record, tenantId: tenant.id }) };
}

function stateOf(
  options: SimulatorOptions,
  tenant: SimulatedTenant,
  appClientId: string,
  clock: SimulatedClock,
): TenantState {
  const filler = tenant.filler && createFiller(tenant, tenant.filler);
  return {
    tenant,
    filler,
    auditLogs: auditLogsOf(tenant, clock.now()),
    directory: new SimulatedDirectory(tenant, filler, options.replicationLag ?? 0, options.keyIndexLag),
    identities: new Identities(tenant.id, options.tokenLifetime ?? day, clock, appClientId),
    clock,
    faults: new PendingFaults(),
    tokens: new PageTokens(),
    throttle: options.throttled ? new Throttle({ otherClients: options.otherClients ?? 0 }) : undefined,
    mails: [],
    keysInLists: options.keysInLists ?? false,
    keysInDelta: options.keysInDelta ?? false,
    grantScopesInDelta: options.grantScopesInDelta ?? true,
    deltaProperties: options.deltaProperties ?? 'selected',
    nullKeyEchoRefused: options.nullKeyEchoRefused ?? false,
  };
}

async function listen(server: Server, { port = 0, host = '127.0.0.1' }: SimulatorOptions): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

interface SimulatorParts {
  /** The state of the home tenant. */
  readonly state: TenantState;
  readonly states: readonly TenantState[];
  readonly log: RequestLog;
  readonly origin: string;
  readonly secret: string;
  readonly server: Server;
  readonly keyVault: KeyVault;
}

function simulatorOf({ state, states, log, origin, secret, server, keyVault }: SimulatorParts): Simulator {
  const tenants = new Map(states.map((one) => [one.tenant.id, runningTenant(one)]));
  return {
    ...runningTenant(state),
    origin,
    settings: settingsOf(origin, secret, state, states),
    identities: state.identities,
    requests: log.records,
    tenant(id) {
      const found = tenants.get(id);
      if (!found) throw new Error(`There is no simulated tenant ${id}.`);
      return found;
    },
    setClockSkew: (milliseconds) => {
      state.clock.skew = milliseconds;
    },
    keyVault,
    identityOf: (token) => state.identities.issued(token),
    close: () => close(server),
  };
}

function runningTenant({ directory, identities, faults, mails, filler, auditLogs }: TenantState): RunningTenant {
  return {
    directory,
    order: (fault) => faults.order(fault),
    clearFaults: () => faults.clear(),
    logAudit: (entry) => auditLogs.record(entry),
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
    consent: () => {
      identities.consented = true;
    },
    withdrawConsent: () => {
      identities.consented = false;
    },
  };
}

function settingsOf(
  origin: string,
  secret: string,
  home: TenantState,
  states: readonly TenantState[],
): SimulatorSettings {
  const { reader, remediator, app } = home.identities;
  return Object.freeze({
    GRAPH_ENDPOINT: origin,
    IDENTITY_ENDPOINT: `${origin}/msi/token`,
    IDENTITY_HEADER: secret,
    READER_CLIENT_ID: reader.clientId,
    REMEDIATOR_CLIENT_ID: remediator.clientId,
    ...(states.length > 1 && {
      TENANT_ID: home.tenant.id,
      TENANT_IDS: states.map(({ tenant }) => tenant.id).join(','),
      MULTI_TENANT_CLIENT_ID: app.clientId,
    }),
  });
}

/** Closes the connections of requests that hang too. */
async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
