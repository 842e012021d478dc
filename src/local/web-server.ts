import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** Whatever answers requests as the web has them. */
export type Answering = (request: Request) => Response | Promise<Response>;

/** A server on this machine, in reach of nobody else. */
export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** No form of the page comes near it. */
const longestBody = 65_536;

/**
 * Serves on 127.0.0.1 only.
 * @param port 0 for a free one
 * @param answer is made once the port is known
 */
export async function serveLocally(port: number, answer: (port: number) => Promise<Answering>): Promise<WebServer> {
  let answering: Answering | undefined;
  const server = createServer((request, response) => {
    respond(request, response, answering).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  answering = await answer(taken);
  return {
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answering | undefined) {
  const request = answer && (await requestOf(incoming));
  if (!request) {
    outgoing.writeHead(answer ? 413 : 503).end();
    return;
  }
  const response = await answer(request);
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (response.body && incoming.method !== 'HEAD')
    await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
  else outgoing.end();
}

/** Undefined where it brings more than it may. */
async function requestOf(incoming: IncomingMessage): Promise<Request | undefined> {
  const { method = 'GET', headers, url = '/' } = incoming;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) return undefined;
    parts.push(part);
  }
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  // The host is whatever the sender claims; the door looks at it. The address here only has to be one.
  const base = 'http://127.0.0.1';
  const target = url.startsWith('/') ? `${base}${url}` : base;
  return new Request(target, { method, headers: pairs, ...(parts.length > 0 && { body: Buffer.concat(parts) }) });
}
