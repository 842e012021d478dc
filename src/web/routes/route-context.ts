import type { Hono } from 'hono';
import type { Authenticator, Session } from '../auth/authenticator.js';
import type { Frame } from '../components/page-context.js';
import type { FindingsReading } from '../reads/finding-cache.js';
import type { WebContext } from './web-context.js';

/** What every route of a tenant works with. */
export interface Site extends WebContext {
  readonly authenticator: Authenticator;
  readonly reading: FindingsReading;
  /** READMEs of the rules by id. */
  readonly rulePages: Readonly<Record<string, string>>;
}

/** What a request carries once its visitor is in; pages of one of several tenants get the session from above. */
export type Env = { Variables: { frame: Frame; session: Session }; Bindings: { session?: Session } };
export type Web = Hono<Env>;
