import { knownFinding } from '../../jobs/finding/known-finding.js';
import { codeOf, explain } from '../../model/errors.js';
import { csrfTokenField, rejectionReason } from '../auth/csrf.js';
import { htmlDocument } from '../components/document.js';
import type { Frame } from '../components/page-context.js';
import { ConflictPage, RefusedPage } from '../pages/error-pages.js';
import { acknowledgedAll, type DecisionName, decide, done } from './decisions.js';
import type { Site, Web } from './route-context.js';

/** No form of ours comes near it. */
const longestForm = 16_384;

/** Everything that changes anything: three forms, each of which says what its sender saw. */
export function decisionRoutes(app: Web, site: Site): void {
  app.post('/findings/:id{[0-9a-f]{16}}/:decision{approve|reject|suppress}', async (c) => {
    const frame = c.get('frame');
    const back = `/findings/${c.req.param('id')}`;
    const refuse = (status: 403 | 413 | 422, heading: string, text: string) =>
      c.html(htmlDocument(<RefusedPage frame={frame} heading={heading} text={text} back={back} />), status);

    const text = await c.req.text();
    if (text.length > longestForm) return refuse(413, 'That is too much', 'The form holds more text than it may.');
    const form = new URLSearchParams(text);
    const field = (name: string) => form.get(name) ?? '';
    const reason = rejectionReason(
      c.req.raw,
      site.authenticator.origins(c.req.raw),
      c.get('session'),
      field(csrfTokenField),
    );
    if (reason) return refuse(403, 'Not allowed', reason);

    const stored = await site.findings.finding(frame.tenantId, c.req.param('id'));
    if (!stored) return c.notFound();
    // Without the version that was seen, whatever is stored now would count as seen.
    if (field('etag') !== stored.etag) return c.html(await conflictPage(site, frame, stored.value.id), 409);
    const name = c.req.param('decision') as DecisionName;
    if (name === 'approve' && !acknowledgedAll(stored, form.getAll('acknowledged'))) {
      return refuse(422, 'The plan has warnings', 'Read them, tick each of them, and approve then.');
    }
    try {
      site.reading.remember(await decide(site, name, stored, frame.visitor.author, field));
    } catch (error) {
      if (codeOf(error) === 'decision-conflict') return c.html(await conflictPage(site, frame, stored.value.id), 409);
      if (codeOf(error) !== 'decision-refused') throw error;
      return refuse(422, 'That cannot be decided', wordsOf(error));
    }
    return c.redirect(`${frame.root}${back}?done=${done[name]}`, 303);
  });
}

/** What stands now, and who made it so. */
async function conflictPage({ findings }: Site, frame: Frame, id: string) {
  const { value: finding } = await knownFinding(findings, frame.tenantId, id);
  const history = await findings.history(finding);
  return htmlDocument(<ConflictPage frame={frame} finding={finding} last={history.at(-1)} />);
}

/** The command line's switches are of no use here. */
function wordsOf(error: unknown): string {
  return explain(error).replace(/ ?[^.]*--[^.]*\./g, '');
}
