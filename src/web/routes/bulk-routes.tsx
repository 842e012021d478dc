import type { Context } from 'hono';
import type { Stored } from '../../jobs/ports/index.js';
import { codeOf, explain } from '../../model/errors.js';
import { type Finding, isFindingId } from '../../model/finding/finding.js';
import { htmlDocument } from '../components/document.js';
import { type BulkAction, bulkActions, obstacleTo, warningsOf } from '../pages/bulk-decision.js';
import { type BulkResult, BulkResultPage } from '../pages/bulk-result.js';
import { BulkReviewPage } from '../pages/bulk-review.js';
import { nextToDecide, rowsPerPage } from '../reads/finding-page.js';
import { withoutOptions } from './decision-routes.js';
import { decide } from './decisions.js';
import { listFactsOf } from './finding-routes.js';
import { returnList, returnPath } from './list-return.js';
import { postedForm, refuse } from './posted-form.js';
import type { RouteContext, Web, WebEnv } from './route-context.js';

/** A form of `rowsPerPage` findings with their versions; `serve` accepts no longer body. */
const maxBulkCharacters = 60_000;

/** Decisions on several findings of one problem: a page to review them, and the decision. */
export function bulkRoutes(app: Web, context: RouteContext): void {
  app.get('/decide', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const back = returnPath(returnList(query.get('list') ?? ''));
    const action = bulkActions.find((one) => one === query.get('action'));
    if (!action) return c.notFound();
    const ids = query.get('all') === 'yes' ? (query.get('shown') ?? '').split(' ') : query.getAll('id');
    const selected = await selectedFindings(context, c, ids);
    if (typeof selected === 'string') return refuse(c, 422, 'Nothing to decide', selected, back);
    const rule = context.rules.find(({ id }) => id === selected[0]?.value.ruleId);
    return c.html(
      htmlDocument(
        <BulkReviewPage
          context={c.get('pageContext')}
          action={action}
          selected={selected}
          problem={rule?.problem ?? selected[0]?.value.ruleId ?? ''}
          list={query.get('list') ?? ''}
          back={back}
        />,
      ),
    );
  });

  app.post(`/decide/:action{${bulkActions.join('|')}}`, async (c) => {
    const pageContext = c.get('pageContext');
    const action = c.req.param('action') as BulkAction;
    const posted = await postedForm(c, context, '/findings', { limit: maxBulkCharacters });
    if ('rejected' in posted) return posted.rejected;
    const { form } = posted;
    const list = returnList(form.get('list') ?? '');
    const back = returnPath(list);
    const selected = await selectedFindings(context, c, form.getAll('finding'));
    if (typeof selected === 'string') return refuse(c, 422, 'Nothing to decide', selected, back);
    const missing = warningsOf(selected).some(({ id }) => !form.getAll('acknowledged').includes(id));
    if (action === 'approve' && missing) {
      return refuse(
        c,
        422,
        'The plans have warnings',
        'Read each warning and select its checkbox. Then approve.',
        back,
      );
    }
    const results = await decideAll(context, c, action, selected, form);
    const [{ summaries }, facts] = await Promise.all([
      context.findingCache.read(pageContext.tenantId),
      listFactsOf(context, pageContext.tenantId),
    ]);
    const last = selected.at(-1)?.value.id ?? '';
    return c.html(
      htmlDocument(
        <BulkResultPage
          context={pageContext}
          action={action}
          results={results}
          list={form.get('list') ?? ''}
          back={back}
          next={list && nextToDecide(summaries, list, facts, last)}
        />,
      ),
    );
  });
}

/** The findings that the user selected, of one problem, or why there are none. */
async function selectedFindings(
  { findingCache, findings }: RouteContext,
  c: Context<WebEnv>,
  ids: readonly string[],
): Promise<readonly Stored<Finding>[] | string> {
  const { tenantId } = c.get('pageContext');
  const wanted = [...new Set(ids.filter(isFindingId))].slice(0, rowsPerPage);
  if (wanted.length === 0) return 'Select at least one finding in the list.';
  const { summaries } = await findingCache.read(tenantId);
  const keys = summaries.filter(({ id }) => wanted.includes(id));
  if (new Set(keys.map(({ ruleId }) => ruleId)).size > 1) return 'Select findings of one problem.';
  const known = await findings.knownFindings(tenantId, keys);
  const selected = wanted.flatMap((id) => known.get(id) ?? []);
  return selected.length > 0 ? selected : 'The selected findings no longer exist.';
}

/**
 * Decides on one finding after the other, each in the version that the user saw. A refused decision is reported and does not
 * stop the others; a storage that does not answer does, because each attempt would wait for its retries.
 */
async function decideAll(
  context: RouteContext,
  c: Context<WebEnv>,
  action: BulkAction,
  selected: readonly Stored<Finding>[],
  form: URLSearchParams,
): Promise<BulkResult[]> {
  const { visitor } = c.get('pageContext');
  const seen = seenVersions(form);
  const results: BulkResult[] = [];
  let stopped: string | undefined;
  for (const stored of selected) {
    const { value: finding, etag } = stored;
    const version = seen.get(finding.id);
    const changed = version?.etag !== etag && 'The finding changed after you opened the review.';
    const reason = stopped ?? (changed || obstacleTo(action, finding));
    if (reason) {
      results.push({ finding, reason });
      continue;
    }
    const own = { etag, remediation: version?.remediation ?? '' };
    const field = (name: string) => own[name as keyof typeof own] ?? form.get(name) ?? '';
    try {
      const decided = await decide(context, action, stored, visitor, field);
      context.findingCache.update(decided);
      results.push({ finding: decided });
    } catch (error) {
      if (codeOf(error) === 'defect') throw error;
      results.push({ finding, reason: withoutOptions(error) });
      if (codeOf(error).startsWith('storage-')) stopped = `Not attempted. ${explain(error)}`;
    }
  }
  return results;
}

/** The versions of the findings as the review showed them, by id: three fields in parallel. */
function seenVersions(form: URLSearchParams): ReadonlyMap<string, { etag: string; remediation: string }> {
  const [etags, plans] = [form.getAll('version'), form.getAll('plan')];
  return new Map(form.getAll('finding').map((id, i) => [id, { etag: etags[i] ?? '', remediation: plans[i] ?? '' }]));
}
