import { pauseRemediation, resumeRemediation } from '../../jobs/remediation/pause.js';
import { codeOf, explain } from '../../model/errors.js';
import type { ApprovalAuthor } from '../../model/remediation/approval.js';
import type { Visitor } from '../auth/authenticator.js';
import { postedForm, refuse } from './posted-form.js';
import type { RouteContext, Web } from './route-context.js';

/** The form that pauses and resumes remediation, for approvers. */
export function pauseRoutes(app: Web, context: RouteContext): void {
  app.post('/remediation/:action{pause|resume}', async (c) => {
    const pageContext = c.get('pageContext');
    const posted = await postedForm(c, context, '/');
    if ('rejected' in posted) return posted.rejected;
    const decide = c.req.param('action') === 'pause' ? pauseRemediation : resumeRemediation;
    try {
      await decide(context.pause, {
        author: authorOf(c.get('session').visitor),
        reason: posted.form.get('reason') ?? '',
      });
    } catch (error) {
      if (!['decision-refused', 'signing-unavailable'].includes(codeOf(error))) throw error;
      return refuse(c, 422, 'Not possible', explain(error), '/');
    }
    return c.redirect(`${pageContext.rootPath}/`, 303);
  });
}

/** The object id follows the name in parentheses. */
function authorOf({ author }: Visitor): ApprovalAuthor {
  const [, name = author, id = author] = /^(.+) \(([^()]+)\)$/.exec(author) ?? [];
  return { id, name, roles: ['Consentinel.Approver'] };
}
