import type { Authenticator, Session } from './auth/authenticator.js';
import { csrfTokenOf } from './auth/csrf.js';
import { errorResponse, shellOf } from './base-app.js';
import { htmlDocument } from './components/document.js';
import type { Frame } from './components/page-context.js';
import { RefusedPage } from './pages/error-pages.js';
import { onceKnown } from './reads/cache-success.js';
import { FindingsReading } from './reads/finding-cache.js';
import { auditRoutes } from './routes/audit-routes.js';
import { decisionRoutes } from './routes/decision-routes.js';
import { findingRoutes, reachabilityRoute } from './routes/finding-routes.js';
import { reportRoutes } from './routes/report-routes.js';
import type { Site, Web } from './routes/route-context.js';
import { ruleRoutes } from './routes/rule-routes.js';
import { scanRoutes } from './routes/scan-routes.js';
import { mayWrite, type WebContext } from './routes/web-context.js';
import { bundledRulePages } from './rule-pages.js';

export interface WebOptions {
  /** Of the program. */
  readonly version: string;
  /** READMEs of the rules by id. @default what the bundle holds */
  readonly rulePages?: Readonly<Record<string, string>>;
}

/** Which of several tenants pages are of. */
export interface TenantPlace {
  /** Where its pages begin. */
  readonly root: string;
  /** The name that its latest scan has read, else its id. */
  tenantName(): Promise<string>;
}

/**
 * The review page of one tenant: one application for requests and responses as the web has them, wherever it runs.
 * @param door how people come in
 */
export function createWeb(context: WebContext, authenticator: Authenticator, options: WebOptions): Web {
  const app = shellOf(authenticator);
  tenantPages(app, context, authenticator, options);
  return app;
}

/** The pages of one tenant, for requests whose session is known. */
export function tenantPages(
  app: Web,
  context: WebContext,
  authenticator: Authenticator,
  options: WebOptions,
  place?: TenantPlace,
): void {
  const { version, rulePages = bundledRulePages } = options;
  const reading = new FindingsReading(context.findings, context.clock);
  const site: Site = { ...context, authenticator, reading, rulePages, tenantId: onceKnown(() => context.tenantId()) };
  app.use(async (c, next) => {
    c.set('frame', await frameOf(site, c.get('session'), version, place));
    return next();
  });
  findingRoutes(app, site);
  reachabilityRoute(app, site);
  decisionRoutes(app, site);
  scanRoutes(app, site);
  ruleRoutes(app, site);
  auditRoutes(app, site);
  reportRoutes(app, site, version);
  app.notFound((c) => c.html(htmlDocument(<NotFound frame={c.get('frame')} />), 404));
  app.onError((error, c) => errorResponse(error, c, context.onDefect));
}

async function frameOf(site: Site, session: Session, version: string, place: TenantPlace | undefined): Promise<Frame> {
  const { visitor } = session;
  const { readOnly, config } = site;
  const [tenantId, tenantName] = await Promise.all([site.tenantId(), place?.tenantName()]);
  return {
    visitor,
    csrfToken: csrfTokenOf(session),
    tenantId,
    ...(tenantName && { tenantName }),
    root: place?.root ?? '',
    cloud: config.cloud,
    ...(readOnly && { readOnly }),
    writes: mayWrite(site),
    version,
    now: site.clock.now(),
  };
}

function NotFound({ frame }: { frame: Frame }) {
  return <RefusedPage frame={frame} heading="There is no such page" text="It is gone, or never was." back="/" />;
}
