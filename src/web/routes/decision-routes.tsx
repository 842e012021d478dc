import { knownFinding } from '../../jobs/finding/known-finding.js';
import { codeOf, explain } from '../../model/errors.js';
import { findingIdSource } from '../../model/finding/finding.js';
import { csrfTokenField, rejectionReason } from '../auth/csrf.js';
import { htmlDocument } from '../components/document.js';
import type { PageContext } from '../components/page-context.js';
import { ConflictPage, RefusedPage } from '../pages/error-pages.js';
import { acknowledgedAll, type DecisionName, decide, doneWords } from './decisions.js';
import type { RouteContext, Web } from './route-context.js';

/** The forms of this page are far shorter. */
export const maxFormCharacters = 16_384;

/** The three forms, the only requests that change state. Each contains the version that the user saw. */
export function decisionRoutes(app: Web, context: RouteContext): void {
  app.post(`/findings/:id{${findingIdSource}}/:decision{approve|reject|suppress}`, async (c) => {
    const pageContext = c.get('pageContext');
    const back = `/findings/${c.req.param('id')}`;
    const reject = (status: 403 | 413 | 422, heading: string, text: string) =>
      c.html(htmlDocument(<RefusedPage context={pageContext} heading={heading} text={text} back={back} />), status);

    const text = await c.req.text();
    if (text.length > maxFormCharacters)
      return reject(413, 'That is too much', 'The form holds more text than it may.');
    const form = new URLSearchParams(text);
    const field = (name: string) => form.get(name) ?? '';
    const reason = rejectionReason(
      c.req.raw,
      context.authenticator.origins(c.req.raw),
      c.get('session'),
      field(csrfTokenField),
    );
    if (reason) return reject(403, 'Not allowed', reason);

    const stored = await context.findings.finding(pageContext.tenantId, c.req.param('id'));
    if (!stored) return c.notFound();
    // An empty etag would accept any version as the one that the user saw.
    if (field('etag') !== stored.etag) return c.html(await conflictPage(context, pageContext, stored.value.id), 409);
    const name = c.req.param('decision') as DecisionName;
    if (name === 'approve' && !acknowledgedAll(stored, form.getAll('acknowledged'))) {
      return reject(422, 'The plan has warnings', 'Read them, tick each of them, and approve then.');
    }
    try {
      context.findingCache.update(await decide(context, name, stored, pageContext.visitor, field));
    } catch (error) {
      if (codeOf(error) === 'decision-conflict')
        return c.html(await conflictPage(context, pageContext, stored.value.id), 409);
      if (codeOf(error) !== 'decision-refused' && codeOf(error) !== 'signing-unavailable') throw error;
      return reject(422, 'That cannot be decided', withoutOptions(error));
    }
    return c.redirect(`${pageContext.rootPath}${back}?done=${doneWords[name]}`, 303);
  });
}

/** The current state of the finding and its last event. */
async function conflictPage({ findings }: RouteContext, pageContext: PageContext, id: string) {
  const { value: finding } = await knownFinding(findings, pageContext.tenantId, id);
  const history = await findings.history(finding);
  return htmlDocument(<ConflictPage context={pageContext} finding={finding} last={history.at(-1)} />);
}

/** Removes sentences about options of the command line, which this page does not have. */
function withoutOptions(error: unknown): string {
  return explain(error).replace(/ ?[^.]*--[^.]*\./g, '');
}
