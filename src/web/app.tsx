import { currentPause } from '../jobs/remediation/pause.js';
import type { Authenticator, Session } from './auth/authenticator.js';
import { csrfTokenOf } from './auth/csrf.js';
import { createBaseApp, errorResponse } from './base-app.js';
import { htmlDocument } from './components/document.js';
import type { PageContext } from './components/page-context.js';
import { NotFoundPage } from './pages/error-pages.js';
import { cacheSuccess } from './reads/cache-success.js';
import { FindingCache } from './reads/finding-cache.js';
import { apiRoutes } from './routes/api-routes.js';
import { auditRoutes } from './routes/audit-routes.js';
import { bulkRoutes } from './routes/bulk-routes.js';
import { decisionRoutes } from './routes/decision-routes.js';
import { diagnoseRoutes } from './routes/diagnose-routes.js';
import { findingRoutes, reachabilityRoute } from './routes/finding-routes.js';
import { pauseRoutes } from './routes/pause-routes.js';
import { reportRoutes } from './routes/report-routes.js';
import type { RouteContext, Web } from './routes/route-context.js';
import { ruleRoutes } from './routes/rule-routes.js';
import { scanRoutes } from './routes/scan-routes.js';
import { settingsRoutes } from './routes/settings-routes.js';
import { mayWrite, type WebContext } from './routes/web-context.js';
import { bundledRulePages } from './rule-pages.js';

export interface WebOptions {
  /** The version of the program. */
  readonly version: string;
  /** READMEs of the rules by id. @default those of the bundle */
  readonly rulePages?: Readonly<Record<string, string>>;
}

/** Where the pages of one of several tenants are. */
export interface TenantLocation {
  /** The path prefix of its pages. */
  readonly rootPath: string;
  /** The name from its latest finished scan, or its id. */
  tenantName(): Promise<string>;
}

/**
 * The review page of one tenant, as an app on Fetch requests and responses: it runs on any host.
 * @param authenticator authenticates every request
 */
export function createWeb(context: WebContext, authenticator: Authenticator, options: WebOptions): Web {
  const app = createBaseApp(authenticator);
  addTenantRoutes(app, context, authenticator, options);
  return app;
}

/** Adds the pages of one tenant to an app that has set the session. */
export function addTenantRoutes(
  app: Web,
  webContext: WebContext,
  authenticator: Authenticator,
  options: WebOptions,
  location?: TenantLocation,
): void {
  const { version, rulePages = bundledRulePages } = options;
  const findingCache = new FindingCache(webContext.findings, webContext.clock);
  const tenantId = cacheSuccess(() => webContext.tenantId());
  const context: RouteContext = { ...webContext, authenticator, findingCache, rulePages, tenantId };
  app.use(async (c, next) => {
    c.set('pageContext', await pageContextOf(context, c.get('session'), version, location));
    return next();
  });
  findingRoutes(app, context);
  reachabilityRoute(app, context);
  decisionRoutes(app, context);
  bulkRoutes(app, context);
  apiRoutes(app, context);
  pauseRoutes(app, context);
  diagnoseRoutes(app, context);
  scanRoutes(app, context);
  ruleRoutes(app, context);
  auditRoutes(app, context);
  settingsRoutes(app, context);
  reportRoutes(app, context, version);
  app.notFound((c) => c.html(htmlDocument(<NotFoundPage context={c.get('pageContext')} />), 404));
  app.onError((error, c) => errorResponse(error, c, webContext.onDefect));
}

async function pageContextOf(
  context: RouteContext,
  session: Session,
  version: string,
  location: TenantLocation | undefined,
): Promise<PageContext> {
  const { readOnly, config } = context;
  const [tenantId, tenantName, paused] = await Promise.all([
    context.tenantId(),
    location?.tenantName(),
    currentPause(context.pause),
  ]);
  return {
    visitor: session.visitor,
    csrfToken: csrfTokenOf(session),
    tenantId,
    ...(tenantName && { tenantName }),
    rootPath: location?.rootPath ?? '',
    cloud: config.cloud,
    ...(readOnly && { readOnly }),
    canWrite: mayWrite(context),
    ...(paused && { paused }),
    version,
    now: context.clock.now(),
  };
}
