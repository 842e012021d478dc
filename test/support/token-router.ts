import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator } from '../../src/simulator/http/server.js';

/** One managed identity endpoint before several simulators. */
export interface TokenRouter {
  /** The settings of every simulator behind it. */
  readonly settings: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  /** Passes the token requests of the simulator's identities on to it. */
  add(simulator: Simulator): void;
  remove(simulator: Simulator): void;
  close(): void;
}

/**
 * Starts the endpoint. `@azure/identity` reads its address once per process, so simulators that run at the same time need a
 * common one. The client id of a request decides on the simulator.
 * @param identityHeader the secret of all simulators
 */
export async function aTokenRouter(identityHeader: string): Promise<TokenRouter> {
  const origins = new Map<string, string>();
  const idsOf = ({ settings }: Simulator) => [settings.READER_CLIENT_ID, settings.REMEDIATOR_CLIENT_ID];
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const origin = origins.get(new URL(url, 'http://localhost').searchParams.get('client_id') ?? '');
    if (!origin) return response.writeHead(404).end();
    const onward = forward(origin + url, { method: request.method ?? 'GET', headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    onward.on('error', () => response.destroy()).end();
    return response.once('close', () => onward.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    settings: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: identityHeader },
    add(simulator) {
      for (const id of idsOf(simulator)) origins.set(id, simulator.origin);
    },
    remove(simulator) {
      for (const id of idsOf(simulator)) origins.delete(id);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
