import { type Answer, jsonAnswer, takeText } from '../protocol/answer.js';
import { badRequest } from '../protocol/graph-error.js';
import { type GraphRequest, splitUrl } from '../protocol/graph-request.js';
import { isObject, type JsonObject, type JsonValue, objectsOf } from '../protocol/json.js';

/** The most requests in one batch. Source: "Combine multiple HTTP requests using JSON batching". */
const maxRequests = 20;

interface BatchItem {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly request: GraphRequest;
}

interface BatchItemAnswer {
  readonly id: string;
  readonly status: number;
}

/**
 * `POST /$batch`: 200 with an answer for each request.
 * @param answerOne answers one request, with its faults and limits
 * @throws GraphError 400 for a malformed batch
 */
export function answerBatch(outer: GraphRequest, answerOne: (request: GraphRequest) => Answer): Answer {
  const items = itemsOf(outer);
  const answers = new Map<string, BatchItemAnswer & JsonObject>();
  for (const item of items) answers.set(item.id.toLowerCase(), answerItem(item, answers, answerOne));
  // Graph answers in any order. The reverse order finds clients that rely on the order of their requests.
  return jsonAnswer(200, { responses: [...answers.values()].reverse() });
}

function answerItem(
  { id, dependsOn, request }: BatchItem,
  answers: ReadonlyMap<string, BatchItemAnswer>,
  answerOne: (request: GraphRequest) => Answer,
): BatchItemAnswer & JsonObject {
  const failed = dependsOn.find((other) => (answers.get(other.toLowerCase())?.status ?? 424) >= 400);
  if (failed !== undefined) return { id, status: 424, body: failedDependency(failed) };
  const { status, headers = {}, ...answer } = answerOne(request);
  const text = takeText({ status, ...answer });
  return { id, status, headers, ...(text && { body: bodyIn(text, headers) }) };
}

function bodyIn(text: string, headers: Readonly<Record<string, string>>): JsonValue {
  return headers['Content-Type']?.startsWith('application/json') ? JSON.parse(text) : text;
}

function itemsOf(outer: GraphRequest): BatchItem[] {
  const requests = isObject(outer.body) ? outer.body.requests : undefined;
  if (!Array.isArray(requests) || requests.length === 0 || !requests.every(isObject))
    throw badRequest("Invalid batch payload format: 'requests' is missing.");
  if (requests.length > maxRequests)
    throw badRequest(`Number of batch request steps exceeds the max value of ${maxRequests}.`);
  const items = objectsOf(requests).map((request) => itemOf(request, outer));
  checkIds(items);
  return items;
}

function itemOf(request: JsonObject, outer: GraphRequest): BatchItem {
  const { id, method, url, headers, body, dependsOn } = request;
  if (typeof id !== 'string' || id === '' || typeof method !== 'string' || typeof url !== 'string')
    throw badRequest('Invalid batch payload format: a request needs id, method and url.');
  if (/^https?:/i.test(url)) throw badRequest(`Invalid batch request URL: ${url} is not relative.`);
  const given = isObject(headers) ? Object.entries(headers) : [];
  const header = (name: string) => given.find(([key]) => key.toLowerCase() === name)?.[1] as string | undefined;
  if (body !== undefined && !header('content-type'))
    throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`);
  const target = splitUrl(url.startsWith('/') ? url : `/${url}`);
  const inner = { ...target, method: method.toUpperCase(), header, body, identity: outer.identity, inBatch: true };
  return { id, dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [], request: inner };
}

/** Ids must be unique, ignoring case. A request may depend on earlier requests only. */
function checkIds(items: readonly BatchItem[]): void {
  const earlier = new Set<string>();
  for (const { id, dependsOn } of items) {
    if (earlier.has(id.toLowerCase())) throw badRequest(`Duplicate request id '${id}' in the batch.`);
    const unknown = dependsOn.find((other) => !earlier.has(other.toLowerCase()));
    if (unknown !== undefined) throw badRequest(`Request '${id}' depends on '${unknown}', which is not before it.`);
    earlier.add(id.toLowerCase());
  }
}

function failedDependency(on: string): JsonObject {
  return { error: { code: 'FailedDependency', message: `The request depends on '${on}', which failed.` } };
}
