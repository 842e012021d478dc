import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenCredential } from '@azure/identity';
import type { GraphSettings } from '../../src/graph/http/send.js';

/** A request that the server received. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the server does with one request: it responds, or runs a function. */
export type Reply =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  | ((response: ServerResponse, request: ReceivedRequest) => void);

/** A server with scripted replies in place of Graph, on a free port of this machine. */
export interface ScriptedGraph {
  origin: string;
  requests: ReceivedRequest[];
  /** The requested waits in milliseconds. They end at once. */
  waits: number[];
  settings: GraphSettings;
  close(): Promise<void>;
}

export const token = ['e30', Buffer.from(JSON.stringify({ tid: 'T1', roles: [] })).toString('base64url'), 'sig'].join(
  '.',
);
export const credential: TokenCredential = {
  getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/**
 * Starts the server.
 * @param script the replies in order, of which the last one repeats; or a function from request to reply
 */
export async function startGraph(script: Reply[] | ((request: ReceivedRequest) => Reply)): Promise<ScriptedGraph> {
  const requests: ReceivedRequest[] = [];
  const replyTo = Array.isArray(script) ? () => script[Math.min(requests.length, script.length) - 1] as Reply : script;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      respond(response, replyTo(received), received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waits: number[] = [];
  const wait = async (milliseconds: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    waits.push(milliseconds);
  };
  const settings = { graph: { endpoint: origin, simulated: true }, credential, wait, random: () => 0.5 };
  return { origin, requests, waits, settings, close: () => close(server) };
}

function respond(response: ServerResponse, reply: Reply, request: ReceivedRequest): void {
  if (typeof reply === 'function') {
    reply(response, request);
    return;
  }
  const { status = 200, body, headers = {} } = reply;
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'r-1', ...headers });
  response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
}

/** A reply with a Graph error. */
export function failure(status: number, code: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: { error: { code, message: `About ${code}.`, innerError: { 'request-id': 'r-1' } } } };
}

/** Replies by the path without version and query, also to the requests of a batch; 404 to others. */
export function byPath(replies: Readonly<Record<string, Exclude<Reply, (...args: never) => void>>>) {
  const replyTo = (path: string) => replies[path.replace(/^\/v1\.0|\?.*/g, '')] ?? failure(404, 'NotFound');
  return ({ path, body }: ReceivedRequest): Reply => {
    if (!path.endsWith('/$batch')) return replyTo(path);
    const { requests } = JSON.parse(body) as { requests: { id: string; url: string }[] };
    return { body: { responses: requests.map(({ id, url }) => ({ id, status: 200, ...replyTo(url) })) } };
  };
}

/** The paths that were requested, also in batches, with version and query. */
export function pathsIn({ requests }: Pick<ScriptedGraph, 'requests'>): string[] {
  return requests.flatMap(({ path, body }) => {
    if (!path.endsWith('/$batch')) return path;
    return (JSON.parse(body) as { requests: { url: string }[] }).requests.map(({ url }) => `/v1.0${url}`);
  });
}

/** Sends the start of a body, then drops the connection. */
export const dropInBody: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"value":[');
  setImmediate(() => response.destroy());
};

/** Sends no response. */
export const noResponse: Reply = () => undefined;

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Runs a test with a scripted Graph, and closes it afterwards. */
export async function withGraph<T>(
  script: Parameters<typeof startGraph>[0],
  test: (graph: ScriptedGraph) => Promise<T>,
) {
  const graph = await startGraph(script);
  try {
    return await test(graph);
  } finally {
    await graph.close();
  }
}

/** The reason of a rejected promise. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
