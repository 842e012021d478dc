import { Hono } from 'hono';
import type { Config } from '../config.js';
import type { ScanStore } from '../jobs/ports/index.js';
import { tenantPath } from '../model/finding/page-url.js';
import { tenantPages, type WebOptions } from './app.js';
import type { Authenticator } from './auth/authenticator.js';
import type { WebContext } from './context.js';
import { htmlDocument } from './pages/frame.js';
import { NoSuchTenantPage, TenantsPage } from './pages/tenants.js';
import { recentScans } from './routes/recent-scans.js';
import { TenantsReading } from './routes/tenants-reading.js';
import { errorResponse, shellOf } from './shell.js';
import type { Env, Web } from './site.js';

/** What the page of several tenants works with: `Installation.tenantsReview` gives it. */
export interface TenantsContext extends Pick<WebContext, 'clock' | 'onDefect'> {
  readonly config: Pick<Config, 'tenants'>;
  readonly scans: ScanStore;
  runtime(tenantId: string): WebContext;
}

/** The pages of so many tenants are held at a time, with what they have read. */
const mostHeld = 20;

/**
 * The review page of several tenants. The pages of each live below an address of their own, so that a link leads to
 * the right one, and two tabs cannot take one for the other.
 */
export function createTenantsWeb(context: TenantsContext, authenticator: Authenticator, options: WebOptions): Web {
  const { scans, clock, config, onDefect } = context;
  const { version } = options;
  const { tenantIds } = config.tenants;
  const app = shellOf(authenticator);
  const reading = new TenantsReading(scans, tenantIds, clock);
  const held = new Map<string, Web>();
  const pagesOf = (id: string): Web => {
    const pages = held.get(id) ?? pagesBelow(context, id, authenticator, options);
    held.delete(id);
    held.set(id, pages);
    const [oldest] = held.keys();
    if (held.size > mostHeld && oldest) held.delete(oldest);
    return pages;
  };

  app.get('/', (c) => c.redirect('/tenants', 303));
  app.get('/tenants', async (c) => {
    const { visitor } = c.get('session');
    return c.html(htmlDocument(<TenantsPage visitor={visitor} version={version} tenants={await reading.read()} />));
  });
  app.all('/tenants/:id/*', (c) => {
    const id = c.req.param('id');
    if (!tenantIds.includes(id)) return c.notFound();
    return pagesOf(id).fetch(c.req.raw, { session: c.get('session') });
  });
  app.notFound((c) =>
    c.html(htmlDocument(<NoSuchTenantPage visitor={c.get('session').visitor} version={version} />), 404),
  );
  app.onError((error, c) => errorResponse(error, c, onDefect));
  return app;
}

/** The very pages that one tenant alone has, for addresses that begin elsewhere. */
function pagesBelow(context: TenantsContext, id: string, authenticator: Authenticator, options: WebOptions): Web {
  const root = tenantPath(id);
  const app: Web = new Hono<Env>({ getPath: ({ url }) => new URL(url).pathname.slice(root.length) || '/' });
  app.use(async (c, next) => {
    if (!c.env.session) throw new Error('Nobody has let this request in.');
    c.set('session', c.env.session);
    return next();
  });
  let name: string | undefined;
  const tenantName = async () => {
    name ??= (await recentScans(context.scans, id, 1)).finished?.tenantName;
    return name ?? id;
  };
  const { onDefect } = context;
  const runtime = { ...context.runtime(id), ...(onDefect && { onDefect }) };
  tenantPages(app, runtime, authenticator, options, { root, tenantName });
  return app;
}
