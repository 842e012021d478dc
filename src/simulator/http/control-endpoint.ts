import { faultFromJson } from '../faults/parse-fault.js';
import type { Answer } from '../protocol/answer.js';
import { GraphError } from '../protocol/graph-error.js';
import { isObject, type JsonObject } from '../protocol/json.js';
import { type CollectionName, collectionNames } from '../schema/tenant.js';
import type { Simulator } from './simulator.js';

/** The part of the simulator that the control endpoint uses. */
export type ControlledSimulator = Pick<
  Simulator,
  'settings' | 'directory' | 'order' | 'clearFaults' | 'requests' | 'planted' | 'counts' | 'roles' | 'mails'
>;

/** A request to `/_simulator/…`. */
export interface ControlRequest {
  readonly method: string;
  /** Without `/_simulator`. */
  readonly path: string;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly body: unknown;
}

type Handler = (simulator: ControlledSimulator, body: unknown) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  'POST /faults': (simulator, body) => injectAll(simulator, body),
  'DELETE /faults': (simulator) => simulator.clearFaults(),
  'GET /requests': ({ requests }) => requests,
  'GET /planted': (simulator) => simulator.planted(),
  'GET /counts': (simulator) => simulator.counts(),
  'GET /mails': ({ mails }) => mails,
  'GET /settings': ({ settings }) => settings,
  'POST /directory': ({ directory }, body) => changeDirectory(directory, isObject(body) ? body : {}),
  'POST /roles': ({ roles }, body) => changeRoles(roles, isObject(body) ? body : {}),
};

/**
 * Controls the simulator from another process. Requests with an Origin or with another host name get 403, so that no
 * page in a browser can control it.
 */
export function answerControl(simulator: ControlledSimulator, request: ControlRequest): Answer {
  if (request.origin !== undefined)
    return controlAnswer(403, { message: 'Requests with an Origin header are refused.' });
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.host ?? ''))
    return controlAnswer(403, { message: 'Requests under another host name are refused.' });
  const handler = handlers[`${request.method} ${request.path}`];
  if (!handler) return controlAnswer(404, { message: `Use one of: ${Object.keys(handlers).join(', ')}.` });
  try {
    const result = handler(simulator, request.body);
    return result === undefined ? { status: 204 } : controlAnswer(200, result);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return controlAnswer(error instanceof GraphError ? error.status : 400, { message });
  }
}

const controlAnswer = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** Injects one fault or a list of faults. An invalid fault in the list rejects the list. */
function injectAll(simulator: ControlledSimulator, body: unknown): void {
  const faults = (Array.isArray(body) ? body : [body]).map(faultFromJson);
  for (const fault of faults) simulator.order(fault);
}

function changeRoles(roles: Simulator['roles'], { grant, revoke, identity }: JsonObject): void {
  const name = identity === 'remediator' ? 'remediator' : 'reader';
  if (typeof grant !== 'string' && typeof revoke !== 'string') throw new Error('Give a role to grant or to revoke.');
  if (typeof grant === 'string') roles.grant(grant, name);
  if (typeof revoke === 'string') roles.revoke(revoke, name);
}

/** `{action, …}` calls a method of the directory by name. */
function changeDirectory(directory: Simulator['directory'], body: JsonObject): unknown {
  const { action, id, keyId, name } = body;
  const [objectId, object] = [String(id), isObject(body.object) ? body.object : {}];
  const patch = isObject(body.patch) ? body.patch : {};
  const actions: Readonly<Record<string, () => unknown>> = {
    find: () => directory.find(collectionIn(body), objectId) ?? null,
    addApplication: () => directory.addApplication(object),
    addServicePrincipal: () => directory.addServicePrincipal(object),
    update: () => directory.update(collectionIn(body), objectId, patch),
    delete: () => directory.delete(collectionIn(body), objectId),
    restore: () => directory.restore(objectId),
    purge: () => directory.purge(objectId),
    addKey: () => ({ keyId: directory.addKey(collectionIn(body), objectId, isObject(body.key) ? body.key : {}) }),
    removeKey: () => directory.removeKey(collectionIn(body), objectId, String(keyId)),
    policy: () => directory.policies.get(String(name)) ?? null,
    updatePolicy: () => directory.policies.update(String(name), patch),
  };
  const method = Object.hasOwn(actions, String(action)) ? actions[String(action)] : undefined;
  if (!method) throw new Error(`Give an action, one of ${Object.keys(actions).join(', ')}.`);
  return method();
}

function collectionIn({ collection }: JsonObject): CollectionName {
  const known = collectionNames.find((name) => name === collection);
  if (!known) throw new Error(`Give a collection, one of ${collectionNames.join(', ')}.`);
  return known;
}
