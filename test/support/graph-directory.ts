import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An assignment of an app role, as Graph has it. */
export interface Assignment {
  readonly id: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}
interface Principal {
  readonly id: string;
  readonly appId: string;
  readonly appRoles: readonly { readonly id: string; readonly value: string }[];
  readonly appRoleAssignmentRequired?: boolean;
}
interface Credential {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
}
interface Application extends Record<string, unknown> {
  readonly id: string;
  readonly appId: string;
  readonly uniqueName: string;
}
interface Api {
  readonly oauth2PermissionScopes: readonly { readonly id: string }[];
  readonly preAuthorizedApplications: readonly {
    readonly appId: string;
    readonly delegatedPermissionIds: readonly string[];
  }[];
}
const emptyApi: Api = { oauth2PermissionScopes: [], preAuthorizedApplications: [] };
type Answer = { readonly status: number; readonly body?: unknown };

export const graphAppId = '00000003-0000-0000-c000-000000000000';
const entriesPerPage = 3;

/**
 * A small directory behind the requests of the scripts of infra/scripts/: service principals, their app role
 * assignments, applications and their federated credentials. Lists have pages of three. What it does not know, it refuses.
 * Source: Microsoft Graph v1.0, "appRoleAssignment", "Upsert application", "federatedIdentityCredential".
 */
export class GraphDirectory {
  readonly principals = new Map<string, Principal>();
  readonly applications = new Map<string, Application>();
  readonly credentials = new Map<string, Credential[]>();
  assignments: Assignment[] = [];
  /** Every request that changes the directory, refused ones included: method, path and body. */
  writes: { readonly method: string; readonly path: string; readonly body: Record<string, unknown> }[] = [];
  /** Answers 403 to a request, as `GET /applications`. */
  refuses: (call: string) => boolean = () => false;
  /** Executes this many writes, loses the answer of the last one, and answers no further write. */
  writesUntilInterruption = Number.POSITIVE_INFINITY;
  #server: Server | undefined;

  constructor(permissions: readonly string[]) {
    const appRoles = permissions.map((value) => ({ id: `id-of-${value}`, value }));
    this.principals.set('graph-id', { id: 'graph-id', appId: graphAppId, appRoles });
  }

  /** Starts the server. @returns its address, without the version. */
  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      void this.#handle(request).then(({ status, body }) => {
        if (status === 0) return request.socket.destroy();
        response.writeHead(status, { 'content-type': 'application/json' });
        return response.end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => this.#server?.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  addPrincipal(id: string): void {
    this.principals.set(id, { id, appId: `app-of-${id}`, appRoles: [] });
  }

  /** What the directory holds, without the ids that it chose: equal for equal directories. */
  contents(): unknown {
    const applications = [...this.applications.values()].map(({ id, appId: _appId, ...rest }) => ({
      ...rest,
      credentials: (this.credentials.get(id) ?? []).map(({ id: _id, ...credential }) => credential),
    }));
    const nameOf = (id: string) => {
      const { appId } = this.principals.get(id) ?? {};
      return [...this.applications.values()].find((app) => app.appId === appId)?.uniqueName ?? id;
    };
    const assignments = this.assignments.map(({ principalId, resourceId, appRoleId }) =>
      [nameOf(principalId), nameOf(resourceId), appRoleId].join(' '),
    );
    return {
      applications,
      assignments: assignments.sort(),
      principals: [...this.principals.keys()].map(nameOf).sort(),
    };
  }

  async #handle(request: IncomingMessage): Promise<Answer> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', `http://${headers.host}`);
    const path = decodeURIComponent(url.pathname).replace('/v1.0', '');
    let text = '';
    for await (const part of request) text += part;
    const body = text ? JSON.parse(text) : {};
    if (!headers.authorization) return failure(401, 'InvalidAuthenticationToken');
    if (method !== 'GET') this.writes.push({ method, path, body });
    if (this.refuses(`${method} ${path}`)) return failure(403, 'Authorization_RequestDenied');
    if (method !== 'GET' && headers['content-type'] !== 'application/json' && method !== 'DELETE')
      return failure(400, 'BadRequest');
    const context = { prefer: String(headers.prefer ?? ''), url };
    if (method === 'GET') return this.#answer(`GET ${path}`, body, context);
    if (this.writesUntilInterruption <= 0) return { status: 0 };
    const answer = this.#answer(`${method} ${path}`, body, context);
    return --this.writesUntilInterruption === 0 ? { status: 0 } : answer;
  }

  #answer(call: string, body: Record<string, unknown>, { prefer, url }: { prefer: string; url: URL }): Answer {
    const match = (pattern: RegExp) => pattern.exec(call)?.slice(1);
    let found = match(/^GET \/servicePrincipals\(appId='(.+)'\)$/);
    if (found) return one([...this.principals.values()].find(({ appId }) => appId === found?.[0]));
    found = match(/^GET \/servicePrincipals\/([^/]+)$/);
    if (found) return one(this.principals.get(found[0] ?? ''));
    found = match(/^GET \/servicePrincipals\/([^/]+)\/appRoleAssignments$/);
    if (found)
      return this.#page(
        this.assignments.filter(({ principalId }) => principalId === found?.[0]),
        url,
      );
    found = match(/^GET \/servicePrincipals\/([^/]+)\/appRoleAssignedTo$/);
    if (found)
      return this.#page(
        this.assignments.filter(({ resourceId }) => resourceId === found?.[0]),
        url,
      );
    found = match(/^POST \/servicePrincipals\/([^/]+)\/appRoleAssignedTo$/);
    if (found) return this.#assign(found[0] ?? '', body as unknown as Assignment);
    found = match(/^DELETE \/servicePrincipals\/([^/]+)\/appRoleAssignedTo\/([^/]+)$/);
    if (found) return this.#unassign(found[1] ?? '');
    if (call === 'POST /servicePrincipals') return this.#instantiate(body);
    found = match(/^(?:GET|PATCH) \/applications\(uniqueName='(.+)'\)$/);
    if (found && call.startsWith('GET')) return one(this.applications.get(found[0] ?? ''));
    if (found) return this.#upsert(found[0] ?? '', body, prefer);
    found = match(/^GET \/applications\/([^/]+)$/);
    if (found) return one([...this.applications.values()].find(({ id }) => id === found?.[0]));
    found = match(/^PATCH \/applications\/([^/]+)$/);
    if (found) return this.#update(found[0] ?? '', body);
    found = match(/^\w+ \/applications\/([^/]+)\/federatedIdentityCredentials(?:\/[^/]+)?$/);
    if (found) return this.#credential(found[0] ?? '', call, body, url);
    return failure(400, 'BadRequest');
  }

  #page(entries: readonly unknown[], url: URL): Answer {
    const start = Number(url.searchParams.get('$skiptoken') ?? 0);
    const end = start + entriesPerPage;
    const next = `${url.origin}${url.pathname}?$skiptoken=${end}`;
    const more = end < entries.length ? { '@odata.nextLink': next } : {};
    return { status: 200, body: { value: entries.slice(start, end), ...more } };
  }

  #assign(resourceId: string, given: Assignment): Answer {
    const { principalId, appRoleId } = given;
    if (
      given.resourceId !== resourceId ||
      !this.principals.get(resourceId)?.appRoles.some(({ id }) => id === appRoleId)
    )
      return failure(400, 'Request_BadRequest');
    const same = (held: Assignment) =>
      held.principalId === principalId && held.resourceId === resourceId && held.appRoleId === appRoleId;
    if (this.assignments.some(same)) return failure(400, 'Permission being assigned already exists on the object');
    const made = { id: randomUUID(), principalId, resourceId, appRoleId };
    this.assignments.push(made);
    return { status: 201, body: made };
  }

  #unassign(id: string): Answer {
    if (!this.assignments.some((held) => held.id === id)) return failure(404, 'Request_ResourceNotFound');
    this.assignments = this.assignments.filter((held) => held.id !== id);
    return { status: 204 };
  }

  #instantiate({ appId, appRoleAssignmentRequired }: Record<string, unknown>): Answer {
    const application = [...this.applications.values()].find((app) => app.appId === appId);
    if (!application || [...this.principals.values()].some((held) => held.appId === appId))
      return failure(409, 'Request_MultipleObjectsWithSameKeyValue');
    const appRoles = (application.appRoles ?? []) as Principal['appRoles'];
    const made = { id: `principal-${randomUUID()}`, appId: application.appId, appRoles };
    this.principals.set(made.id, { ...made, appRoleAssignmentRequired: appRoleAssignmentRequired === true });
    return { status: 201, body: made };
  }

  /** Creates an application only with `Prefer: create-if-missing`. An update has no body. */
  #upsert(uniqueName: string, body: Record<string, unknown>, prefer: string): Answer {
    const held = this.applications.get(uniqueName);
    if (!held && prefer !== 'create-if-missing') return failure(404, 'Request_ResourceNotFound');
    const { id, appId } = held ?? { id: `app-${randomUUID()}`, appId: `client-${randomUUID()}` };
    const made = { api: emptyApi, ...held, ...body, id, appId, uniqueName };
    this.applications.set(uniqueName, made);
    return held ? { status: 204 } : { status: 201, body: made };
  }

  /** A client may name only scopes that earlier requests have added. Source: microsoft-graph-docs-contrib#1395. */
  #update(id: string, body: Record<string, unknown>): Answer {
    const held = [...this.applications.values()].find((application) => application.id === id);
    if (!held) return failure(404, 'Request_ResourceNotFound');
    const { oauth2PermissionScopes: scopes } = { ...emptyApi, ...(held.api as Partial<Api>) };
    const { preAuthorizedApplications: clients } = { ...emptyApi, ...(body.api as Partial<Api>) };
    const named = clients.flatMap(({ delegatedPermissionIds }) => delegatedPermissionIds);
    if (named.some((scope) => !scopes.some((one) => one.id === scope))) return failure(400, 'Request_BadRequest');
    this.applications.set(held.uniqueName, { ...held, ...body, api: { ...(held.api as Api), ...(body.api as Api) } });
    return { status: 204 };
  }

  #credential(application: string, call: string, body: Record<string, unknown>, url: URL): Answer {
    const held = this.credentials.get(application) ?? [];
    if (call.startsWith('GET')) return this.#page(held, url);
    if (call.startsWith('POST')) {
      if (held.some(({ name, subject }) => name === body.name || subject === body.subject))
        return failure(409, 'Request_MultipleObjectsWithSameKeyValue');
      const made = { ...body, id: randomUUID() } as unknown as Credential;
      this.credentials.set(application, [...held, made]);
      return { status: 201, body: made };
    }
    const id = call.split('/').at(-1);
    if (!call.startsWith('PATCH') || 'name' in body || !held.some((credential) => credential.id === id))
      return failure(400, 'Request_BadRequest');
    const updated = held.map((credential) => (credential.id === id ? { ...credential, ...body } : credential));
    this.credentials.set(application, updated as Credential[]);
    return { status: 204 };
  }
}

function one(entity: unknown): Answer {
  return entity ? { status: 200, body: entity } : failure(404, 'Request_ResourceNotFound');
}

function failure(status: number, code: string): Answer {
  return { status, body: { error: { code, message: code } } };
}
