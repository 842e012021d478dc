import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { reportFacts } from '../../reports/facts.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats, type ReportFormat } from '../../reports/report.js';
import { type FindingFilter, parseFilter } from '../reads/finding-filter.js';
import { matching } from '../reads/finding-page.js';
import { type ListedFinding, listFacts } from '../reads/listed-finding.js';
import type { RouteContext, Web } from './route-context.js';
import { streamOf } from './text-stream.js';

/** Reports as downloads: of the tenant, or with a query of the findings that match the filter of the list. */
export function reportRoutes(app: Web, context: RouteContext, version: string): void {
  const { rules, scans } = context;

  app.get('/reports/:format', async (c) => {
    const { tenantId, tenantName, now } = c.get('pageContext');
    const tenantPart = tenantName ? `${tenantId}-` : '';
    const name = c.req.param('format');
    if (!Object.hasOwn(formats, name)) return c.notFound();
    const { mediaType, extension, report } = formats[name as ReportFormat];
    const query = new URL(c.req.url).searchParams;
    const { facts, since } = await reportFacts(
      { tenantId, generatedAt: now, version, rules, cloud: context.config.cloud },
      scans.scans(tenantId),
    );
    const listed = query.size > 0 ? await listedFindings(context, tenantId, parseFilter(query)) : undefined;
    const part = listed ? 'list-' : '';
    return c.body(streamOf(report(findingViews(context, tenantId, since, listed), facts)), 200, {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="consentinel-${part}${tenantPart}${now.slice(0, 10)}.${extension}"`,
    });
  });
}

/** The findings that match a filter, in the order of the list. */
async function listedFindings(
  { findingCache, scans, rules }: RouteContext,
  tenantId: string,
  filter: FindingFilter,
): Promise<ListedFinding[]> {
  const [{ summaries }, scan] = await Promise.all([findingCache.read(tenantId), latestFinished(scans, tenantId)]);
  return matching(summaries, filter, listFacts(rules, scan?.since));
}

/** As many findings as are read by id at a time; above `mostById`, reading all rows takes less time. */
const [batch, mostById] = [500, 2000];

/** @param listed the findings of a filter; all of the tenant if it is left out */
async function* findingViews(
  { findings, config, rules }: RouteContext,
  tenantId: string,
  since: string | undefined,
  listed: readonly ListedFinding[] | undefined,
): AsyncGenerator<FindingView> {
  const view = (finding: Parameters<typeof findingView>[0]) => findingView(finding, since, config.cloud, rules);
  if (listed && listed.length <= mostById) {
    for (let at = 0; at < listed.length; at += batch) {
      const keys = listed.slice(at, at + batch);
      const known = await findings.knownFindings(tenantId, keys);
      for (const { id } of keys) {
        const stored = known.get(id);
        if (stored) yield view(stored.value);
      }
    }
    return;
  }
  const ids = listed && new Set(listed.map(({ id }) => id));
  // The errors of the latest scan, which every report contains, name damaged rows.
  for await (const { value } of findings.findings(tenantId, { onDamaged: () => {} }))
    if (!ids || ids.has(value.id)) yield view(value);
}
