import {
  AuthenticationHandler,
  Client,
  type Context,
  GraphClientError,
  type Middleware,
} from '@microsoft/microsoft-graph-client';
import type { Config } from '../../config.js';
import { cloudOf } from '../../model/entra/clouds.js';
import { ConsentinelError } from '../../model/errors.js';
import type { AccessTokens } from './access-tokens.js';

/** The address of Graph. */
export type GraphLocation = Config['graph'];

/**
 * The origin of requests and next links. For a simulator it is the origin of the public cloud, because the Graph client
 * attaches tokens only to https URLs on known hosts.
 */
export function cloudOrigin(graph: Pick<GraphLocation, 'endpoint'>): string {
  return cloudOf(graph.endpoint).graph;
}

/** The scope of access tokens. Source: Microsoft Graph, national cloud deployments; `.default` for app-only access. */
export function scopeOf(graph: GraphLocation): string {
  return `${cloudOrigin(graph)}/.default`;
}

/**
 * The absolute URL of a path or a link.
 * @param path relative to the version (`/applications?$top=5`), or an absolute next link
 * @throws ConsentinelError `graph-malformed` for a link to another host or version: it must not receive a token
 */
export function urlOf(graph: GraphLocation, path: string): string {
  const origin = cloudOrigin(graph);
  if (!/^[a-z][a-z0-9+.-]*:|^\/\//i.test(path)) return `${origin}/v1.0/${path.replace(/^\/+/, '')}`;
  const url = URL.canParse(path) ? new URL(path) : undefined;
  const isOfGraph = url?.origin === origin || (graph.simulated && url?.origin === graph.endpoint);
  // Only path and query of the parsed link are taken: what the check saw is what is requested.
  if (url && isOfGraph && !url.username && !url.password && url.pathname.startsWith('/v1.0/'))
    return origin + url.pathname + url.search;
  throw new ConsentinelError(
    'graph-malformed',
    `Graph's answer links to ${url?.host || 'an invalid address'}, which is not below ${new URL(origin).host}/v1.0/. Consentinel did not follow the link.`,
    'Check for a proxy that rewrites answers between this machine and Graph.',
  );
}

/** The path of an absolute URL of `urlOf`, relative to the version, with its query. `urlOf` returns the URL of the path. */
export function pathOf(graph: GraphLocation, url: string): string {
  return url.slice(`${cloudOrigin(graph)}/v1.0`.length);
}

/**
 * Microsoft's Graph client with its own middleware chain: authentication, the address of a simulator, fetch. It neither
 * retries nor follows redirects; `createSend` adds timeouts and retries.
 * @param tokens provides the token of every request, unless the request has its own provider
 */
export function createGraphClient(graph: GraphLocation, tokens: AccessTokens): Client {
  const provider = { getAccessToken: () => tokens.current() };
  const chain = [new WrapErrors(), new AuthenticationHandler(provider), ...rewriteFor(graph), new SendRequest()];
  return Client.initWithMiddleware({ baseUrl: `${cloudOrigin(graph)}/`, middleware: chain });
}

/** The error that was thrown inside the middleware chain. */
export function originalError(error: unknown): unknown {
  return error instanceof WrappedError ? error.customError : error;
}

abstract class ChainedMiddleware implements Middleware {
  protected next: Middleware | undefined;
  setNext(next: Middleware): void {
    this.next = next;
  }
  abstract execute(context: Context): Promise<void>;
}

/** Keeps the original error: the client converts any other error to a GraphError without its name and cause. */
class WrappedError extends GraphClientError {
  constructor(readonly original: unknown) {
    super('A request failed.');
    Object.setPrototypeOf(this, WrappedError.prototype);
    this.customError = original;
  }
}

class WrapErrors extends ChainedMiddleware {
  async execute(context: Context): Promise<void> {
    try {
      await this.next?.execute(context);
    } catch (error) {
      throw new WrappedError(error);
    }
  }
}

function rewriteFor(graph: GraphLocation): ChainedMiddleware[] {
  return graph.simulated ? [new RewriteOrigin(cloudOrigin(graph), graph.endpoint)] : [];
}

/** Sends requests to a simulator on this machine instead of the cloud. */
class RewriteOrigin extends ChainedMiddleware {
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

class SendRequest extends ChainedMiddleware {
  async execute(context: Context): Promise<void> {
    context.response = await fetch(urlIn(context), { ...(context.options as RequestInit), redirect: 'manual' });
  }
}

function urlIn(context: Context): string {
  return typeof context.request === 'string' ? context.request : context.request.url;
}
