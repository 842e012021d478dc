import { type Context, Hono } from 'hono';
import { codeOf, explain } from '../model/errors.js';
import type { Authenticator } from './auth/authenticator.js';
import { securityHeaders } from './auth/headers.js';
import { htmlDocument, PlainPage } from './components/document.js';
import type { Env, Web } from './routes/route-context.js';
import type { WebContext } from './routes/web-context.js';
import { script } from './style/script.js';
import { pageStyle } from './style/style.js';

/** What stands round the pages: the headers on every answer, style and script, and the door. */
export function shellOf(authenticator: Authenticator): Web {
  const app: Web = new Hono<Env>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    const wrongHost = authenticator.wrongHost(c.req.raw);
    if (wrongHost === undefined) return next();
    return c.html(htmlDocument(<PlainPage title="Not this address" text={wrongHost} />), 403);
  });
  // Style and script say nothing of the tenant, and a refusal is easier to read with them.
  app.get('/assets/style.css', (c) => c.body(pageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/assets/script.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.use(async (c, next) => {
    const entry = await authenticator.authenticate(c.req.raw);
    if (entry.kind === 'out')
      return c.html(htmlDocument(<PlainPage title={entry.title} text={entry.text} />), entry.status);
    if (entry.kind === 'in') {
      c.set('session', entry.session);
      await next();
    } else c.res = c.redirect(entry.to, 303);
    // Afterwards: pages of one of several tenants come with headers of their own.
    if (entry.cookie) c.res.headers.append('set-cookie', entry.cookie);
  });
  return app;
}

/** What a person sees of an error. What is no error of ours is a defect: its text is for a log, and not for a page. */
export function errorResponse(
  error: Error,
  c: Context,
  onDefect: WebContext['onDefect'],
): Response | Promise<Response> {
  if (codeOf(error) === 'defect') onDefect?.(error);
  const text = codeOf(error) === 'defect' ? 'It is a defect of the program; its log says more.' : explain(error);
  return c.html(htmlDocument(<PlainPage title="The page could not be made" text={text} />), 500);
}
