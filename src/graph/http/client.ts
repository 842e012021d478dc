import type { TokenCredential } from '@azure/identity';
import {
  AuthenticationHandler,
  Client,
  type Context,
  GraphClientError,
  type Middleware,
} from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import type { Config } from '../../config.js';
import { cloudOf } from '../../model/entra/clouds.js';
import { ConsentinelError } from '../../model/errors.js';

/** Where Graph is: `Config['graph']`. */
export type GraphLocation = Config['graph'];

/**
 * The origin that requests and next links name. A simulator poses as the public cloud, since the Graph client
 * attaches tokens to https URLs on known hosts only.
 */
export function cloudOrigin(graph: Pick<GraphLocation, 'endpoint'>): string {
  return cloudOf(graph.endpoint).graph;
}

/** The scope to ask a token for. Source: Microsoft Graph, national cloud deployments; `.default` for app-only. */
export function scopeOf(graph: GraphLocation): string {
  return `${cloudOrigin(graph)}/.default`;
}

/**
 * The URL that a path or a link stands for.
 * @param path relative to the version (`/applications?$top=5`), or an absolute next link, which is used whole
 * @throws ConsentinelError `graph-malformed` where the link leaves Graph: a token must not follow it
 */
export function urlOf(graph: GraphLocation, path: string): string {
  const origin = cloudOrigin(graph);
  if (!/^[a-z][a-z0-9+.-]*:|^\/\//i.test(path)) return `${origin}/v1.0/${path.replace(/^\/+/, '')}`;
  const url = URL.canParse(path) ? new URL(path) : undefined;
  if (url?.origin === origin && !url.username && !url.password) return path;
  if (graph.simulated && url && url.origin === graph.endpoint) return origin + path.slice(url.origin.length);
  throw new ConsentinelError(
    'graph-malformed',
    `Graph's answer links to ${url?.host || 'an address that is no URL'}, which is not ${new URL(origin).host}; the link was not followed.`,
    'Check for a proxy that rewrites answers between this machine and Graph.',
  );
}

/**
 * Microsoft's Graph client over a middleware chain of our own: authentication, the simulator's address, fetch. It
 * neither retries nor follows redirects; `createSend` puts time-outs and retries round the whole request.
 * @param credential asked for a token before every attempt; it caches
 */
export function createGraphClient(graph: GraphLocation, credential: TokenCredential): Client {
  const provider = new TokenCredentialAuthenticationProvider(credential, { scopes: [scopeOf(graph)] });
  const chain = [new KeepError(), new AuthenticationHandler(provider), ...rewriteTo(graph), new Fetch()];
  return Client.initWithMiddleware({ baseUrl: `${cloudOrigin(graph)}/`, middleware: chain });
}

/** What was thrown inside the chain of a request, as it was thrown. */
export function thrownBy(error: unknown): unknown {
  return error instanceof KeptError ? error.customError : error;
}

abstract class Link implements Middleware {
  protected next: Middleware | undefined;
  setNext(next: Middleware): void {
    this.next = next;
  }
  abstract execute(context: Context): Promise<void>;
}

/** The client turns every error but its own kind into a GraphError, and loses the cause: name and reason of a fault. */
class KeptError extends GraphClientError {
  constructor(readonly kept: unknown) {
    super('A request failed.');
    Object.setPrototypeOf(this, KeptError.prototype);
    this.customError = kept;
  }
}

class KeepError extends Link {
  async execute(context: Context): Promise<void> {
    try {
      await this.next?.execute(context);
    } catch (error) {
      throw new KeptError(error);
    }
  }
}

function rewriteTo(graph: GraphLocation): Link[] {
  return graph.simulated ? [new Rewrite(cloudOrigin(graph), graph.endpoint)] : [];
}

/** Sends to a simulator on this machine what is addressed to the cloud. */
class Rewrite extends Link {
  constructor(
    private readonly from: string,
    private readonly to: string,
  ) {
    super();
  }
  async execute(context: Context): Promise<void> {
    context.request = this.to + urlIn(context).slice(this.from.length);
    await this.next?.execute(context);
  }
}

class Fetch extends Link {
  async execute(context: Context): Promise<void> {
    context.response = await fetch(urlIn(context), { ...(context.options as RequestInit), redirect: 'manual' });
  }
}

function urlIn(context: Context): string {
  return typeof context.request === 'string' ? context.request : context.request.url;
}
