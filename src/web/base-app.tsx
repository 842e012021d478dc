import { type Context, Hono } from 'hono';
import { codeOf, explain } from '../model/errors.js';
import { isApiPath } from './auth/api-request.js';
import type { Authenticator } from './auth/authenticator.js';
import { headersFor } from './auth/headers.js';
import { hasNormalPath } from './auth/normal-path.js';
import { htmlDocument, PlainPage } from './components/document.js';
import type { Web, WebEnv } from './routes/route-context.js';
import type { WebContext } from './routes/web-context.js';
import { script } from './style/script.js';
import { pageStyle } from './style/style.js';

/** An app with what every page needs: security headers, style and script, and authentication. */
export function createBaseApp(authenticator: Authenticator): Web {
  const app: Web = new Hono<WebEnv>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headersFor(c.req.raw))) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    if (hasNormalPath(new URL(c.req.url).pathname)) return next();
    return c.html(htmlDocument(<PlainPage title="Invalid path" text="The path of the request is not valid." />), 400);
  });
  app.use(async (c, next) => {
    const wrongHost = authenticator.wrongHost(c.req.raw);
    if (wrongHost === undefined) return next();
    return c.html(htmlDocument(<PlainPage title="Wrong host name" text={wrongHost} />), 403);
  });
  // Before authentication: style and script contain nothing of the tenant, and the sign-in error uses them.
  app.get('/assets/style.css', (c) => c.body(pageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/assets/script.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.use(async (c, next) => {
    const result = await authenticator.authenticate(c.req.raw);
    if (result.kind === 'rejected' && isApiPath(c.req.path))
      return c.json(
        { error: { code: 'credential-rejected', message: `${result.title}. ${result.text}` } },
        result.status,
      );
    if (result.kind === 'rejected')
      return c.html(htmlDocument(<PlainPage title={result.title} text={result.text} />), result.status);
    if (result.kind === 'authenticated') {
      c.set('session', result.session);
      await next();
    } else c.res = c.redirect(result.to, 303);
    // After `next`: the response of a tenant's own app replaces the headers set before.
    if (result.cookie) c.res.headers.append('set-cookie', result.cookie);
  });
  return app;
}

/** The page for an error. An error that is not a ConsentinelError is a defect: its text goes to the log only. */
export function errorResponse(
  error: Error,
  c: Context,
  onDefect: WebContext['onDefect'],
): Response | Promise<Response> {
  if (codeOf(error) === 'defect') onDefect?.(error);
  const text = codeOf(error) === 'defect' ? 'The program has a defect. Its log has the details.' : explain(error);
  return c.html(htmlDocument(<PlainPage title="The page could not be created" text={text} />), 500);
}
