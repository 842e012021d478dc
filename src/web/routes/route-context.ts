import type { Hono } from 'hono';
import type { Authenticator, Session } from '../auth/authenticator.js';
import type { PageContext } from '../components/page-context.js';
import type { FindingCache } from '../reads/finding-cache.js';
import type { WebContext } from './web-context.js';

/** The dependencies of the routes of one tenant. */
export interface RouteContext extends WebContext {
  readonly authenticator: Authenticator;
  readonly findingCache: FindingCache;
  /** READMEs of the rules by id. */
  readonly rulePages: Readonly<Record<string, string>>;
}

/** The variables of an authenticated request. With several tenants the outer app passes the session as a binding. */
export type WebEnv = { Variables: { pageContext: PageContext; session: Session }; Bindings: { session?: Session } };
export type Web = Hono<WebEnv>;
