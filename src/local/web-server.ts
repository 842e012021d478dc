import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** A handler of requests in the form of the Fetch standard. */
export type Answering = (request: Request) => Response | Promise<Response>;

/** A server that only this machine can reach. */
export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** In bytes; far more than any form of the page. */
const maxBody = 65_536;

/**
 * Starts a server on 127.0.0.1 only.
 * @param port 0 for a free port
 * @param answer makes the handler for the actual port; until then the server answers 503
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
  const actual = typeof address === 'object' && address ? address.port : port;
  answering = await answer(actual);
  return {
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answering | undefined) {
  // The parser of URLs would remove dot segments, and the Fetch standard knows no GET request with a body.
  const reads = incoming.method === 'GET' || incoming.method === 'HEAD';
  if (!isNormal(incoming.url ?? '/') || (reads && announcesBody(incoming))) {
    outgoing.writeHead(400).end();
    return;
  }
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

function isNormal(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  return !path.includes('\\') && !path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? 0) !== 0 || headers['transfer-encoding'] !== undefined;
}

/** The request in the form of the Fetch standard; undefined if its body is too long. */
async function requestOf(incoming: IncomingMessage): Promise<Request | undefined> {
  const { method = 'GET', headers, url = '/' } = incoming;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBody) return undefined;
    parts.push(part);
  }
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  // The authenticator checks the Host header. The URL only needs some valid origin.
  const base = 'http://127.0.0.1';
  const target = url.startsWith('/') ? `${base}${url}` : base;
  return new Request(target, { method, headers: pairs, ...(parts.length > 0 && { body: Buffer.concat(parts) }) });
}
