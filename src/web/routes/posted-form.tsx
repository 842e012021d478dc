import type { Context } from 'hono';
import { csrfTokenField, formProblem, rejectionReason } from '../auth/csrf.js';
import { htmlDocument } from '../components/document.js';
import { RefusedPage } from '../pages/error-pages.js';
import type { RouteContext, WebEnv } from './route-context.js';

/** The forms of one finding are far shorter. */
export const maxFormCharacters = 16_384;

/** The fields of a form, or the response that rejects it. */
export type PostedForm = { readonly form: URLSearchParams } | { readonly rejected: Response };

/**
 * Reads a form, after the checks that every form needs: its length, its origin, the CSRF token, and the role of the user if
 * the form changes state.
 * @param back the path, below that of the tenant, to which the page of a rejection leads
 */
export async function postedForm(
  c: Context<WebEnv>,
  { authenticator }: Pick<RouteContext, 'authenticator'>,
  back: string,
  { limit = maxFormCharacters, changesState = true }: { limit?: number; changesState?: boolean } = {},
): Promise<PostedForm> {
  const text = await c.req.text();
  if (text.length > limit) {
    return { rejected: refuse(c, 413, 'The form is too long', 'Enter a shorter text.', back) };
  }
  const form = new URLSearchParams(text);
  const origins = authenticator.origins(c.req.raw);
  const shownProblem = changesState ? rejectionReason : formProblem;
  const reason = shownProblem(c.req.raw, origins, c.get('session'), form.get(csrfTokenField) ?? '');
  return reason ? { rejected: refuse(c, 403, 'Not allowed', reason, back) } : { form };
}

/** The page of a request that changed nothing. */
export function refuse(
  c: Context<WebEnv>,
  status: 403 | 409 | 413 | 422,
  heading: string,
  text: string,
  back: string,
): Response {
  const page = <RefusedPage context={c.get('pageContext')} heading={heading} text={text} back={back} />;
  return c.html(htmlDocument(page), status) as Response;
}
