import type { AuditVerdict } from '../../jobs/ports/index.js';
import { type AuditLine, auditCsv } from '../../reports/audit-csv.js';
import { htmlDocument } from '../components/document.js';
import { AuditPage, eventsPerPage } from '../pages/audit.js';
import { AuditCache } from '../reads/audit-cache.js';
import { type AuditFilter, matchesAuditFilter, parseAuditFilter } from '../reads/audit-filter.js';
import type { RouteContext, Web } from './route-context.js';
import { streamOf } from './text-stream.js';

/** The audit trail: events, their export, and the check of their integrity. */
export function auditRoutes(app: Web, context: RouteContext): void {
  const { findings, findingCache, rules } = context;
  const cache = new AuditCache(findings, context.clock);

  app.get('/audit', async (c) => {
    const pageContext = c.get('pageContext');
    const { tenantId } = pageContext;
    const { summaries } = await findingCache.read(tenantId);
    const ruleIds = [...new Set([...rules.map(({ id }) => id), ...summaries.map(({ ruleId }) => ruleId)])];
    const isRequested = c.req.query('check') === 'now';
    const [{ events, isTruncated }, verdicts] = await Promise.all([
      cache.read(tenantId, ruleIds),
      isRequested ? verdictsOf(findings.verifyAudit(tenantId)) : undefined,
    ]);
    const asked = parseAuditFilter(new URL(c.req.url).searchParams);
    const matching = events.filter((event) => matchesAuditFilter(event, asked));
    const pages = Math.max(1, Math.ceil(matching.length / eventsPerPage));
    const filter = { ...asked, page: Math.min(asked.page, pages) };
    const first = (filter.page - 1) * eventsPerPage;
    return c.html(
      htmlDocument(
        <AuditPage
          context={pageContext}
          filter={filter}
          events={matching.slice(first, first + eventsPerPage)}
          total={matching.length}
          pages={pages}
          isTruncated={isTruncated}
          rules={rules}
          names={new Map(summaries.map(({ id, displayName }) => [id, displayName]))}
          verdicts={verdicts}
        />,
      ),
    );
  });

  app.get('/audit/events.csv', async (c) => {
    const { tenantId, now } = c.get('pageContext');
    const filter = parseAuditFilter(new URL(c.req.url).searchParams);
    const ruleIds = filter.rule ? [filter.rule] : rules.map(({ id }) => id);
    const lines = await matchingLines(context, tenantId, ruleIds, filter);
    return c.body(streamOf(auditCsv(lines)), 200, {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="consentinel-audit-${now.slice(0, 10)}.csv"`,
    });
  });
}

/** Every matching event without its details, the newest first: an export has no limit. */
async function matchingLines(
  { findings }: RouteContext,
  tenantId: string,
  ruleIds: readonly string[],
  filter: AuditFilter,
): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  for (const ruleId of ruleIds) {
    for await (const { detail: _, previousHash: _previous, ...event } of findings.auditTrail(tenantId, ruleId))
      if (matchesAuditFilter(event, filter)) lines.push(event);
  }
  return lines.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.sequence - a.sequence));
}

async function verdictsOf(verdicts: AsyncIterable<AuditVerdict>): Promise<AuditVerdict[]> {
  const all: AuditVerdict[] = [];
  for await (const verdict of verdicts) all.push(verdict);
  return all;
}
