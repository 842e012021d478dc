import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { TenantState } from '../directory/tenant-state.js';
import { applyFault } from '../faults/apply-fault.js';
import { bearerOf } from '../identity/identities.js';
import { answerManagedIdentityRequest } from '../identity/managed-identity-endpoint.js';
import { answerAppTokenRequest } from '../identity/token-endpoint.js';
import type { KeyVault } from '../key-vault/key-vault.js';
import type { Answer } from '../protocol/answer.js';
import { GraphError } from '../protocol/graph-error.js';
import { splitUrl } from '../protocol/graph-request.js';
import type { JsonValue } from '../protocol/json.js';
import { now } from '../protocol/timestamps.js';
import { answerControl } from './control-endpoint.js';
import { errorAnswer, type GraphEndpoint } from './graph-endpoint.js';
import { parseBody, readBody } from './request-body.js';
import type { RequestLog } from './request-log.js';
import { sendAnswer } from './send-answer.js';
import type { Simulator } from './simulator.js';

/** A request with its complete body. */
interface Incoming {
  readonly message: IncomingMessage;
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** Passes each request to Graph, the identity endpoint, the token endpoint or the control endpoint. */
export class Dispatcher {
  constructor(
    /** One per tenant. */
    private readonly graphs: readonly GraphEndpoint[],
    /** The state of the host's own tenant. */
    private readonly home: TenantState,
    private readonly log: RequestLog,
    private readonly secret: string,
    private readonly simulator: Simulator,
    private readonly keyVault: KeyVault,
    private readonly latency: number,
  ) {}

  /** Answers a request. */
  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(message);
      const incoming = { message, method: message.method ?? 'GET', url: message.url ?? '/', body: body ?? '' };
      sendAnswer(body === undefined ? tooLarge : await this.#dispatch(incoming), response);
    } catch (error) {
      // A client that has disconnected needs no answer. The user must see a defect of the simulator.
      if (!response.headersSent && !response.destroyed) sendAnswer(defect(error), response);
    }
  }

  async #dispatch(incoming: Incoming): Promise<Answer> {
    const { url } = incoming;
    if (url.startsWith('/_simulator/')) return this.#control(incoming);
    if (/^\/msi\/token(\?|$)/.test(url)) return this.#token(incoming);
    if (url.startsWith('/keys/')) return this.#vault(incoming);
    const [, tenantId] = incoming.method === 'POST' ? (tokenPath.exec(url) ?? []) : [];
    if (tenantId) return this.#appToken(incoming, tenantId.toLowerCase());
    if (this.latency > 0) await wait(this.latency);
    return url.startsWith('/v1.0/') ? this.#graph(incoming) : notServed;
  }

  #graph({ message, method, url, body }: Incoming): Answer {
    const header = (name: string) => message.headers[name] as string | undefined;
    try {
      const graph = this.#graphOf(header('authorization'));
      const identity = graph.state.identities.authenticate(header('authorization'));
      const isText = header('content-type')?.startsWith('text/plain') && body !== '';
      const value = (isText ? body : parseBody(body)) as JsonValue | undefined;
      return graph.answer({ ...splitUrl(url.slice(5)), method, header, body: value, identity, inBatch: false });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return this.#rejected(error, method, url, header('client-request-id'));
    }
  }

  /** The Graph of the tenant that issued the token. */
  #graphOf(authorization = ''): GraphEndpoint {
    const token = bearerOf(authorization);
    const [home] = this.graphs as readonly [GraphEndpoint];
    return this.graphs.find(({ state }) => state.identities.issued(token)) ?? home;
  }

  #rejected(error: GraphError, method: string, url: string, clientRequestId: string | undefined): Answer {
    const requestId = randomUUID();
    const ids = { requestId, clientRequestId: clientRequestId ?? requestId };
    const { path, rawQuery: query } = splitUrl(url.slice(5));
    this.log.add({ at: now(), method, path, query, status: error.status });
    const answer = errorAnswer(error, ids);
    return {
      ...answer,
      headers: {
        Date: this.home.clock.header(),
        ...answer.headers,
        'request-id': requestId,
        'client-request-id': ids.clientRequestId,
      },
    };
  }

  #token({ message, method, url }: Incoming): Answer {
    const { query } = splitUrl(url);
    const secret = message.headers['x-identity-header'] as string | undefined;
    const { home } = this;
    return this.#withFaults(home, { method, url }, () =>
      answerManagedIdentityRequest(home.identities, this.secret, { method, query, secret }),
    );
  }

  #appToken({ method, url, body }: Incoming, tenantId: string): Answer {
    const state = this.graphs.find(({ state: { tenant } }) => tenant.id === tenantId)?.state;
    const request = { tenantId, form: new URLSearchParams(body), identities: state?.identities };
    return this.#withFaults(state ?? this.home, { method, url }, () =>
      answerAppTokenRequest({ ...request, home: this.home.identities }),
    );
  }

  #vault({ message, method, url, body }: Incoming): Answer {
    const { path } = splitUrl(url);
    const { authorization } = message.headers;
    return this.#withFaults(this.home, { method, url }, () =>
      this.keyVault.answer({ method, path, authorization, body: parseBody(body) }),
    );
  }

  /** Faults affect the identity and token endpoints and the Key Vault too, if they name the path. */
  #withFaults(state: TenantState, { method, url }: Pick<Incoming, 'method' | 'url'>, proceed: () => Answer): Answer {
    const { path, rawQuery } = splitUrl(url);
    const fault = state.faults.take({ method, path, rawQuery, inBatch: false, permissions: undefined });
    const ids = { requestId: randomUUID(), clientRequestId: randomUUID() };
    const fail = (error: GraphError) => errorAnswer(error, ids);
    const unsupported = { writeConcurrently: () => undefined, revokeTokens: () => undefined };
    const answer = fault ? applyFault(fault, { proceed, fail, ...unsupported }) : proceed();
    this.log.add({ at: now(), method, path, query: rawQuery, status: answer.status });
    return answer;
  }

  #control({ message, method, url, body }: Incoming): Answer {
    const { origin, host } = message.headers;
    const { path } = splitUrl(url.slice('/_simulator'.length));
    return answerControl(this.simulator, { method, path, origin, host, body: parseBody(body) });
  }
}

const tokenPath = /^\/([^/?]+)\/oauth2\/v2\.0\/token(\?|$)/;
const notServed: Answer = {
  status: 404,
  body: 'The simulator serves /v1.0, /msi/token, /{tenant}/oauth2/v2.0/token, /keys and /_simulator.',
};
const tooLarge: Answer = { status: 413 };

function defect(error: unknown): Answer {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, headers: { 'Content-Type': 'text/plain' }, body: `A defect of the simulator: ${text}` };
}
