import { knownFinding } from '../../jobs/finding/known-finding.js';
import { codeOf, explain } from '../../model/errors.js';
import { findingIdSource } from '../../model/finding/finding.js';
import { htmlDocument } from '../components/document.js';
import type { PageContext } from '../components/page-context.js';
import { ConflictPage } from '../pages/error-pages.js';
import { filterQuery } from '../reads/finding-filter.js';
import { acknowledgedAll, type DecisionName, decide, doneWords } from './decisions.js';
import { returnList } from './list-return.js';
import { postedForm, refuse } from './posted-form.js';
import type { RouteContext, Web } from './route-context.js';

/** The forms of one finding. Each contains the version that the user saw. */
export function decisionRoutes(app: Web, context: RouteContext): void {
  const names = Object.keys(doneWords).join('|');
  app.post(`/findings/:id{${findingIdSource}}/:decision{${names}}`, async (c) => {
    const pageContext = c.get('pageContext');
    const back = `/findings/${c.req.param('id')}`;
    const posted = await postedForm(c, context, back);
    if ('rejected' in posted) return posted.rejected;
    const field = (name: string) => posted.form.get(name) ?? '';
    const stored = await context.findings.finding(pageContext.tenantId, c.req.param('id'));
    if (!stored) return c.notFound();
    // An empty etag would accept any version as the one that the user saw.
    if (field('etag') !== stored.etag) return c.html(await conflictPage(context, pageContext, stored.value.id), 409);
    const name = c.req.param('decision') as DecisionName;
    if (name === 'approve' && !acknowledgedAll(stored, posted.form.getAll('acknowledged'))) {
      return refuse(c, 422, 'The plan has warnings', 'Read each warning and select its checkbox. Then approve.', back);
    }
    try {
      context.findingCache.update(await decide(context, name, stored, pageContext.visitor, field));
    } catch (error) {
      if (codeOf(error) === 'decision-conflict')
        return c.html(await conflictPage(context, pageContext, stored.value.id), 409);
      if (codeOf(error) !== 'decision-refused' && codeOf(error) !== 'signing-unavailable') throw error;
      return refuse(c, 422, 'Not possible', withoutOptions(error), back);
    }
    const query = new URLSearchParams({ done: doneWords[name] });
    const list = returnList(field('list'));
    if (list) query.set('list', filterQuery(list).toString() || 'all');
    return c.redirect(`${pageContext.rootPath}${back}?${query}`, 303);
  });
}

/** The current state of the finding and its last event. */
async function conflictPage({ findings }: RouteContext, pageContext: PageContext, id: string) {
  const { value: finding } = await knownFinding(findings, pageContext.tenantId, id);
  const history = await findings.history(finding);
  return htmlDocument(<ConflictPage context={pageContext} finding={finding} last={history.at(-1)} />);
}

/** Removes sentences about options of the command line, which this page does not have. */
export function withoutOptions(error: unknown): string {
  return explain(error).replace(/ ?[^.]*--[^.]*\./g, '');
}
