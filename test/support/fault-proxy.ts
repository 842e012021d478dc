import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { storageCall } from './storage-call.js';

/** What the proxy does with a request instead of passing it on unchanged. */
export type ProxyAct =
  /** Answers with the status. The request does not reach storage, except with `committed`. */
  | {
      readonly act: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly committed?: boolean;
    }
  /** Closes the connection. The request does not reach storage. */
  | { readonly act: 'drop-before' }
  /** Lets storage execute the request, then closes the connection without an answer. */
  | { readonly act: 'drop-after' }
  /** Answers with the first half of the body, and its length as Content-Length. */
  | { readonly act: 'truncate' }
  /** Never answers. The request does not reach storage. */
  | { readonly act: 'hang' }
  /** Lets storage execute the request, and answers 200 with `{}`. */
  | { readonly act: 'empty-object' };

export type ProxyFault = ProxyAct & {
  /** The name of a call (`storageCall`), or a pattern for it. Without it, every request is affected. */
  readonly call?: string | RegExp;
  /** The fault starts with the n-th matching request. @default 1 */
  readonly nth?: number;
  /** How many requests it affects; may be Infinity. @default 1 */
  readonly times?: number;
};

/** A proxy before Azurite that can disturb requests. */
export interface FaultProxy {
  /** The connection string of Azurite, through the proxy. */
  readonly connectionString: string;
  /** The names of all requests so far, in order of arrival. */
  readonly calls: readonly string[];
  inject(fault: ProxyFault): void;
  /** Removes all faults. A request that hangs does not continue. */
  clear(): void;
  /** The requests that a fault has affected. */
  readonly disturbed: number;
  close(): Promise<void>;
}

interface PendingFault {
  readonly fault: ProxyFault;
  seen: number;
  left: number;
}

interface State {
  pending: PendingFault[];
  readonly calls: string[];
  disturbed: number;
}

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * Starts a proxy before the queues and tables of an Azurite.
 * @param connectionString of that Azurite
 */
export async function aFaultProxy(connectionString: string): Promise<FaultProxy> {
  const state: State = { pending: [], calls: [], disturbed: 0 };
  const services = await Promise.all(['Queue', 'Table'].map((name) => proxyService(connectionString, name, state)));
  return {
    connectionString: services.reduce((text, { replace }) => replace(text), connectionString),
    calls: state.calls,
    get disturbed() {
      return state.disturbed;
    },
    inject(fault) {
      state.pending.push({ fault, seen: 0, left: fault.times ?? 1 });
    },
    clear() {
      state.pending = [];
    },
    async close() {
      await Promise.all(services.map(({ close }) => close()));
    },
  };
}

async function proxyService(connectionString: string, name: string, state: State) {
  const endpoint = new RegExp(`(${name}Endpoint=)(http://[^/;]+)`);
  const target = endpoint.exec(connectionString)?.[2];
  if (!target) throw new Error(`The connection string has no ${name}Endpoint.`);
  const server = createServer((incoming, outgoing) => {
    answer(target, incoming, outgoing, state).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    replace: (text: string) => text.replace(endpoint, `$1http://127.0.0.1:${port}`),
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function answer(target: string, incoming: IncomingMessage, outgoing: ServerResponse, state: State) {
  const body = await bytesOf(incoming);
  const call = storageCall(incoming.method ?? '', incoming.url ?? '/', body.toString('latin1'));
  state.calls.push(call);
  const fault = take(state, call);
  const proceed = () => forwardTo(target, incoming, body);
  if (!fault) return send(outgoing, await proceed());
  switch (fault.act) {
    case 'hang':
      return;
    case 'drop-before':
      return outgoing.destroy();
    case 'drop-after':
      await proceed();
      return outgoing.destroy();
    case 'status':
      if (fault.committed) await proceed();
      return send(outgoing, { status: fault.status, headers: fault.headers ?? {}, body: Buffer.alloc(0) });
    case 'truncate': {
      const whole = await proceed();
      // An answer without a body cannot be truncated: its connection ends.
      if (whole.body.length === 0) return outgoing.destroy();
      return send(outgoing, { ...whole, body: whole.body.subarray(0, whole.body.length / 2) });
    }
    case 'empty-object': {
      const { headers } = await proceed();
      return send(outgoing, { status: 200, headers, body: Buffer.from('{}') });
    }
  }
}

/** The first fault that affects the call. Counts the call for it. */
function take(state: State, call: string): ProxyFault | undefined {
  const due = state.pending.find((pending) => {
    const { call: wanted, nth = 1 } = pending.fault;
    const matches = wanted instanceof RegExp ? wanted.test(call) : wanted === undefined || wanted === call;
    if (!matches) return false;
    pending.seen++;
    return pending.seen >= nth && pending.left > 0;
  });
  if (!due) return undefined;
  due.left--;
  state.disturbed++;
  return due.fault;
}

async function forwardTo(target: string, incoming: IncomingMessage, body: Buffer): Promise<Forwarded> {
  const { method, headers, url = '/' } = incoming;
  const outgoing = forward(new URL(url, target), { method, headers, agent: false }).end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await bytesOf(response) };
}

function send(outgoing: ServerResponse, { status, headers, body }: Forwarded): void {
  const { 'transfer-encoding': _, connection: __, 'content-length': ___, ...rest } = headers;
  const length = status === 204 || status === 304 ? {} : { 'content-length': String(body.length) };
  outgoing.writeHead(status, { ...rest, ...length }).end(body);
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
