import { Hono } from 'hono';
import { codeOf, explain } from '../model/errors.js';
import { mayWrite, type WebContext } from './context.js';
import type { Door, Session } from './door.js';
import { FindingsReading } from './findings-reading.js';
import { proofOf } from './guard.js';
import { securityHeaders } from './headers.js';
import { type Frame, PlainPage, whole } from './pages/frame.js';
import { RefusedPage } from './pages/outcome.js';
import { decisionRoutes } from './routes-decisions.js';
import { findingRoutes, reachabilityRoute } from './routes-findings.js';
import { otherRoutes } from './routes-others.js';
import { bundledRulePages } from './rule-pages.js';
import { script } from './script.js';
import type { Env, Site, Web } from './site.js';
import { style } from './style.js';

export interface WebOptions {
  /** Of the program. */
  readonly version: string;
  /** READMEs of the rules by id. @default what the bundle holds */
  readonly rulePages?: Readonly<Record<string, string>>;
}

/**
 * The review page: one application for requests and responses as the web has them, wherever it runs.
 * @param door how people come in
 */
export function createWeb(context: WebContext, door: Door, options: WebOptions): Web {
  const { version, rulePages = bundledRulePages } = options;
  const reading = new FindingsReading(context.findings, context.clock);
  const site: Site = { ...context, door, reading, rulePages, tenantId: onceKnown(() => context.tenantId()) };
  const app: Web = new Hono<Env>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    const misdirected = door.misdirected(c.req.raw);
    if (misdirected === undefined) return next();
    return c.html(whole(<PlainPage title="Not this address" text={misdirected} />), 403);
  });
  // Style and script say nothing of the tenant, and a refusal is easier to read with them.
  app.get('/assets/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/assets/script.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.use(async (c, next) => {
    const entry = await door.enter(c.req.raw);
    if (entry.kind === 'out') return c.html(whole(<PlainPage title={entry.title} text={entry.text} />), entry.status);
    if (entry.cookie) c.header('set-cookie', entry.cookie);
    if (entry.kind === 'moved') return c.redirect(entry.to, 303);
    c.set('session', entry.session);
    c.set('frame', await frameOf(site, entry.session, version));
    return next();
  });
  findingRoutes(app, site);
  reachabilityRoute(app, site);
  decisionRoutes(app, site);
  otherRoutes(app, site, version);
  app.notFound((c) => c.html(whole(<NotFound frame={c.get('frame')} />), 404));
  app.onError((error, c) => {
    // What is no error of ours is a defect: its text is for the log of whoever runs this, not for a page.
    if (codeOf(error) === 'defect') context.onDefect?.(error);
    const text = codeOf(error) === 'defect' ? 'It is a defect of the program; its log says more.' : explain(error);
    return c.html(whole(<PlainPage title="The page could not be made" text={text} />), 500);
  });
  return app;
}

async function frameOf(site: Site, session: Session, version: string): Promise<Frame> {
  const { visitor } = session;
  const tenantId = await site.tenantId();
  return { visitor, proof: proofOf(session), tenantId, writes: mayWrite(site), version, now: site.clock.now() };
}

function NotFound({ frame }: { frame: Frame }) {
  return <RefusedPage frame={frame} heading="There is no such page" text="It is gone, or never was." back="/" />;
}

/** The tenant at work does not change while this runs; a failure to find it out is not kept. */
function onceKnown(ask: () => Promise<string>): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
