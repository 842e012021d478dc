import { randomUUID } from 'node:crypto';
import type { TenantState } from '../directory/tenant-state.js';
import { applyFault } from '../faults/apply-fault.js';
import type { PageFault } from '../faults/fault.js';
import { type Answer, jsonAnswer } from '../protocol/answer.js';
import { errorBody, GraphError, methodNotAllowed } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { isObject, type JsonObject } from '../protocol/json.js';
import { resourceUnits } from '../protocol/throttle.js';
import { now } from '../protocol/timestamps.js';
import type { CollectionName } from '../schema/tenant.js';
import { answerBatch } from './batch.js';
import type { RequestLog } from './request-log.js';
import { authorize, type Route } from './route.js';
import { routes } from './routes.js';

/** The route of a request, with the groups of its path pattern. */
interface MatchedRoute {
  readonly route: Route;
  readonly groups: readonly (string | undefined)[];
}

/** Answers all requests under `/v1.0`. */
export class GraphEndpoint {
  constructor(
    readonly state: TenantState,
    private readonly log: Pick<RequestLog, 'add'>,
  ) {}

  /** Answers a request, or an item of a batch, with the headers of all Graph answers. */
  answer(request: GraphRequest): Answer {
    const ids = { requestId: randomUUID(), clientRequestId: request.header('client-request-id') ?? '' };
    const requestIds = { ...ids, clientRequestId: ids.clientRequestId || ids.requestId };
    const before = this.state.directory.revisions;
    const answer = this.#withFaults(request, (error) => errorAnswer(error, requestIds));
    const changed = request.path !== '/$batch' && this.state.directory.revisions > before;
    this.#record(request, answer, changed);
    const units = request.path === '/$batch' ? 1 : resourceUnits(request);
    const headers = {
      Date: this.state.clock.header(),
      'request-id': requestIds.requestId,
      'client-request-id': requestIds.clientRequestId,
      'x-ms-resource-unit': String(units),
      'OData-Version': '4.0',
      ...answer.headers,
    };
    return { ...answer, headers };
  }

  #withFaults(request: GraphRequest, fail: (error: GraphError) => Answer): Answer {
    const matched = match(request);
    const permissions = matched?.route.permissions;
    const fault = this.state.faults.take({ ...request, permissions });
    const proceed = (pageFault?: PageFault) => attempt(() => this.#answer(request, matched, pageFault), fail);
    if (!fault) return proceed();
    return applyFault(fault, {
      proceed,
      fail,
      writeConcurrently: (patch) => this.#writeConcurrently(matched, patch),
      revokeTokens: (claims) => this.state.identities.revoke(request.identity, claims),
    });
  }

  #answer(request: GraphRequest, matched: MatchedRoute | undefined, pageFault: PageFault | undefined): Answer {
    if (request.path === '/$batch') return this.#batch(request);
    if (!matched) throw unknownPath(request);
    authorize(matched.route, request);
    const used = this.state.throttle?.admit(request) ?? 0;
    const answer = matched.route.answer({ state: this.state, request, groups: matched.groups, pageFault });
    if (used < 0.8) return answer;
    return { ...answer, headers: { ...answer.headers, 'x-ms-throttle-limit-percentage': used.toFixed(2) } };
  }

  #batch(request: GraphRequest): Answer {
    if (request.method !== 'POST' || request.inBatch) throw methodNotAllowed();
    return answerBatch(request, (item) => this.answer(item));
  }

  /** Changes the object that the PATCH names, as another client does. */
  #writeConcurrently(matched: MatchedRoute | undefined, patch: JsonObject): void {
    const [collection, id, appId] = matched?.groups ?? [];
    if (collection !== 'applications' && collection !== 'servicePrincipals') return;
    const { directory } = this.state;
    const object = id
      ? directory.find(collection, id)
      : directory.findByAppId(collection as CollectionName, appId ?? '');
    if (object) directory.update(collection, String(object.id), patch);
  }

  #record(request: GraphRequest, { status }: Answer, changed: boolean): void {
    const { method, path, rawQuery: query, body, identity, inBatch } = request;
    const priority = request.header('x-ms-throttle-priority');
    const written = method === 'GET' || body === undefined ? {} : { body };
    this.log.add({
      at: now(),
      method,
      path,
      query,
      status,
      ...written,
      ...(changed && { changed }),
      identity: identity.name,
      ...(inBatch && { inBatch }),
      ...(priority && { priority }),
    });
  }
}

function match({ method, path }: GraphRequest): MatchedRoute | undefined {
  for (const route of routes) {
    const groups = route.method === method ? route.path.exec(path) : null;
    if (groups) return { route, groups: groups.slice(1) };
  }
  return undefined;
}

function unknownPath({ path }: GraphRequest): GraphError {
  if (routes.some((route) => route.path.test(path))) return methodNotAllowed();
  const segment = path.split('/')[1] ?? '';
  return new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
}

function attempt(answer: () => Answer, fail: (error: GraphError) => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof GraphError) return fail(error);
    throw error;
  }
}

/** An error as Graph's JSON. As in Graph, the `innerError` of a 429 repeats the status. */
export function errorAnswer(error: GraphError, ids: { requestId: string; clientRequestId: string }): Answer {
  const body = errorBody(error, ids);
  if (error.status !== 429) return jsonAnswer(error.status, body, error.headers);
  const { error: outer } = body;
  const inner = { code: '429', message: 'Please retry after', status: '429' };
  const fields = isObject(outer) ? outer : {};
  const innerError = { ...inner, ...(isObject(fields.innerError) ? fields.innerError : {}) };
  return jsonAnswer(429, { error: { ...fields, innerError } }, error.headers);
}
