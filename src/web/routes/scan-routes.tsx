import { requestScanNow } from '../../jobs/scan/request-scan-now.js';
import { latestRuns } from '../../jobs/sentinel/latest-runs.js';
import { codeOf, explain } from '../../model/errors.js';
import { isSentinelRun } from '../../model/scan/sentinel-id.js';
import { htmlDocument } from '../components/document.js';
import { ScanPage } from '../pages/scan.js';
import { ScansPage } from '../pages/scans.js';
import { recentScans } from '../reads/recent-scans.js';
import { listFactsOf } from './finding-routes.js';
import { postedForm, refuse } from './posted-form.js';
import type { RouteContext, Web } from './route-context.js';

const maxScans = 100;
const maxSentinelRuns = 20;

/** The list of scans, one scan, and the request of a scan. */
export function scanRoutes(app: Web, context: RouteContext): void {
  const { scans, findingCache } = context;

  app.get('/scans', async (c) => {
    const pageContext = c.get('pageContext');
    const [{ scans: shown }, sentinelRuns] = await Promise.all([
      recentScans(scans, pageContext.tenantId, maxScans),
      latestRuns(scans, pageContext.tenantId, maxSentinelRuns),
    ]);
    const requested = c.req.query('requested') ?? '';
    return c.html(
      htmlDocument(
        <ScansPage
          context={pageContext}
          scans={shown}
          sentinelRuns={sentinelRuns}
          isTruncated={shown.length === maxScans}
          isRequested={requested !== '' && !shown.some(({ id }) => id === requested)}
        />,
      ),
    );
  });

  app.post('/scans/request', async (c) => {
    const posted = await postedForm(c, context, '/scans');
    if ('rejected' in posted) return posted.rejected;
    const { tenantId, tenantName, rootPath, visitor } = c.get('pageContext');
    try {
      const request = { tenantId, personId: visitor.approver.id, several: tenantName !== undefined };
      const scanId = await requestScanNow(context, request);
      return c.redirect(`${rootPath}/scans?requested=${encodeURIComponent(scanId)}`, 303);
    } catch (error) {
      if (codeOf(error) !== 'decision-refused') throw error;
      return refuse(c, 422, 'Not possible', explain(error), '/scans');
    }
  });

  app.get('/scans/:id', async (c) => {
    const pageContext = c.get('pageContext');
    const scan = await scans.scan(pageContext.tenantId, c.req.param('id'));
    if (!scan) return c.notFound();
    if (isSentinelRun(scan)) return c.redirect(`${pageContext.rootPath}/scans#sentinel`);
    const [{ summaries }, facts] = await Promise.all([
      findingCache.read(pageContext.tenantId),
      listFactsOf(context, pageContext.tenantId),
    ]);
    // A scan dates its changes at its own start.
    const appeared = summaries.filter(({ appearedAt }) => appearedAt === scan.startedAt);
    const resolved = summaries.filter(({ resolvedAt }) => resolvedAt === scan.startedAt);
    const changes = { appeared, resolved, facts };
    return c.html(htmlDocument(<ScanPage context={pageContext} scan={scan} {...changes} />));
  });
}
