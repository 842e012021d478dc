import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HungServer {
  readonly origin: string;
  requests(): number;
  /** From now on it answers no request. */
  hang(): void;
  close(): void;
}

/**
 * A server that accepts requests and never answers one.
 * @param target it forwards requests to this origin until `hang` is called
 */
export async function aHungServer(target?: string): Promise<HungServer> {
  let requests = 0;
  let forwardTo = target;
  const server = createServer((request, response) => {
    requests += 1;
    if (!forwardTo) return;
    const { method, headers, url } = request;
    const forwarded = send(new URL(url ?? '', forwardTo), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    hang() {
      forwardTo = undefined;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
