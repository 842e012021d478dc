import { Hono } from 'hono';
import type { Config } from '../config.js';
import type { ScanStore } from '../jobs/ports/index.js';
import { latestFinished } from '../jobs/scan/newest-scans.js';
import { tenantPath } from '../model/finding/page-url.js';
import { addTenantRoutes, type WebOptions } from './app.js';
import type { Authenticator } from './auth/authenticator.js';
import { createBaseApp, errorResponse } from './base-app.js';
import { htmlDocument } from './components/document.js';
import { NoSuchTenantPage, TenantsPage } from './pages/tenants.js';
import { TenantCache } from './reads/tenant-cache.js';
import type { Web, WebEnv } from './routes/route-context.js';
import type { WebContext } from './routes/web-context.js';

/** The dependencies of the page of several tenants: `Installation.tenantsReview` gives it. */
export interface TenantsContext extends Pick<WebContext, 'clock' | 'onDefect'> {
  readonly config: Pick<Config, 'tenants'>;
  readonly scans: ScanStore;
  runtime(tenantId: string): WebContext;
}

/** So many tenants keep their app, with its cache, in memory. */
const maxCachedApps = 20;

/**
 * The review page of several tenants. The pages of each tenant have a path prefix of their own, so a link identifies
 * the tenant, and two tabs can show different tenants.
 */
export function createTenantsWeb(context: TenantsContext, authenticator: Authenticator, options: WebOptions): Web {
  const { scans, clock, config, onDefect } = context;
  const { version } = options;
  const app = createBaseApp(authenticator);
  const tenantCache = new TenantCache(scans, config.tenants.tenantIds, clock);
  const apps = new Map<string, Web>();
  const appOf = (id: string): Web => {
    const tenantApp = apps.get(id) ?? createTenantApp(context, id, authenticator, options);
    // Deleted and set again: the map's order is then the order of use.
    apps.delete(id);
    apps.set(id, tenantApp);
    const [oldest] = apps.keys();
    if (apps.size > maxCachedApps && oldest) apps.delete(oldest);
    return tenantApp;
  };

  app.get('/', (c) => c.redirect('/tenants', 303));
  app.get('/tenants', async (c) => {
    const { visitor } = c.get('session');
    return c.html(htmlDocument(<TenantsPage visitor={visitor} version={version} tenants={await tenantCache.read()} />));
  });
  app.all('/tenants/:id/*', (c) => {
    const id = c.req.param('id');
    if (!config.tenants.tenantIds.includes(id)) return c.notFound();
    return appOf(id).fetch(c.req.raw, { session: c.get('session') });
  });
  app.notFound((c) =>
    c.html(htmlDocument(<NoSuchTenantPage visitor={c.get('session').visitor} version={version} />), 404),
  );
  app.onError((error, c) => errorResponse(error, c, onDefect));
  return app;
}

/** The pages of one tenant, below its path prefix. */
function createTenantApp(context: TenantsContext, id: string, authenticator: Authenticator, options: WebOptions): Web {
  const rootPath = tenantPath(id);
  const app: Web = new Hono<WebEnv>({ getPath: ({ url }) => new URL(url).pathname.slice(rootPath.length) || '/' });
  app.use(async (c, next) => {
    if (!c.env.session) throw new Error('The request is not authenticated.');
    c.set('session', c.env.session);
    return next();
  });
  let name: string | undefined;
  const tenantName = async () => {
    name ??= (await latestFinished(context.scans, id))?.tenantName;
    return name ?? id;
  };
  const { onDefect } = context;
  const runtime = { ...context.runtime(id), ...(onDefect && { onDefect }) };
  addTenantRoutes(app, runtime, authenticator, options, { rootPath, tenantName });
  return app;
}
