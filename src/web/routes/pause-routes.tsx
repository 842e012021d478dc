import { pauseRemediation, resumeRemediation } from '../../jobs/remediation/pause.js';
import { codeOf, explain } from '../../model/errors.js';
import type { ApprovalAuthor } from '../../model/remediation/approval.js';
import type { Visitor } from '../auth/authenticator.js';
import { csrfTokenField, rejectionReason } from '../auth/csrf.js';
import { htmlDocument } from '../components/document.js';
import { RefusedPage } from '../pages/error-pages.js';
import { maxFormCharacters } from './decision-routes.js';
import type { RouteContext, Web } from './route-context.js';

/** The form that pauses and resumes remediation, for approvers. */
export function pauseRoutes(app: Web, context: RouteContext): void {
  app.post('/remediation/:action{pause|resume}', async (c) => {
    const pageContext = c.get('pageContext');
    const reject = (status: 403 | 413 | 422, heading: string, text: string) =>
      c.html(htmlDocument(<RefusedPage context={pageContext} heading={heading} text={text} back="/" />), status);
    const text = await c.req.text();
    if (text.length > maxFormCharacters) return reject(413, 'The form is too long', 'Enter a shorter reason.');
    const form = new URLSearchParams(text);
    const session = c.get('session');
    const origins = context.authenticator.origins(c.req.raw);
    const problem = rejectionReason(c.req.raw, origins, session, form.get(csrfTokenField) ?? '');
    if (problem) return reject(403, 'Not allowed', problem);
    const decide = c.req.param('action') === 'pause' ? pauseRemediation : resumeRemediation;
    try {
      await decide(context.pause, { author: authorOf(session.visitor), reason: form.get('reason') ?? '' });
    } catch (error) {
      if (!['decision-refused', 'signing-unavailable'].includes(codeOf(error))) throw error;
      return reject(422, 'Not possible', explain(error));
    }
    return c.redirect(`${pageContext.rootPath}/`, 303);
  });
}

/** The object id follows the name in parentheses. */
function authorOf({ author }: Visitor): ApprovalAuthor {
  const [, name = author, id = author] = /^(.+) \(([^()]+)\)$/.exec(author) ?? [];
  return { id, name, roles: ['Consentinel.Approver'] };
}
