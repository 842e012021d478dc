import { diagnose } from '../../jobs/diagnosis/diagnose.js';
import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { findingIdSource } from '../../model/finding/finding.js';
import { htmlDocument } from '../components/document.js';
import { FindingPage } from '../pages/finding.js';
import { FindingsPage } from '../pages/findings.js';
import { OverviewPage } from '../pages/overview.js';
import { ReachabilityPage } from '../pages/reachability.js';
import { pageOf, parseFilter } from '../reads/finding-filter.js';
import { overviewScans } from '../reads/recent-scans.js';
import { doneWords } from './decisions.js';
import type { RouteContext, Web } from './route-context.js';

/** The overview, the list of findings, and one finding. */
export function findingRoutes(app: Web, context: RouteContext): void {
  const { rules, scans, findings, findingCache } = context;

  app.get('/', async (c) => {
    const pageContext = c.get('pageContext');
    const [{ summaries }, recent] = await Promise.all([
      findingCache.read(pageContext.tenantId),
      overviewScans(scans, pageContext.tenantId, context.clock.now()),
    ]);
    return c.html(
      htmlDocument(<OverviewPage context={pageContext} summaries={summaries} recent={recent} rules={rules} />),
    );
  });

  app.get('/findings', async (c) => {
    const pageContext = c.get('pageContext');
    const filter = parseFilter(new URL(c.req.url).searchParams);
    const [{ summaries, at, damaged }, since] = await Promise.all([
      findingCache.read(pageContext.tenantId),
      sinceOf(context, pageContext.tenantId),
    ]);
    const list = pageOf(summaries, filter, since);
    return c.html(
      htmlDocument(
        <FindingsPage
          context={pageContext}
          filter={filter}
          list={list}
          rules={rules}
          since={since}
          at={at}
          damaged={damaged}
        />,
      ),
    );
  });

  app.get(`/findings/:id{${findingIdSource}}`, async (c) => {
    const pageContext = c.get('pageContext');
    const stored = await findings.finding(pageContext.tenantId, c.req.param('id'));
    if (!stored) return c.notFound();
    const { ruleId } = stored.value;
    const [history, since] = await Promise.all([
      findings.history(stored.value),
      sinceOf(context, pageContext.tenantId),
    ]);
    return c.html(
      htmlDocument(
        <FindingPage
          context={pageContext}
          stored={stored}
          history={history}
          since={since}
          rule={rules.find(({ id }) => id === ruleId)}
          rulePage={ownPage(context.rulePages, ruleId)}
          done={Object.values(doneWords).find((word) => word === c.req.query('done'))}
        />,
      ),
    );
  });
}

/** Diagnoses the app of a finding. It reads the directory on each request, because the finding can be a day old. */
export function reachabilityRoute(app: Web, { findings, diagnosis: diagnoseContext }: RouteContext): void {
  app.get(`/findings/:id{${findingIdSource}}/reachability`, async (c) => {
    const pageContext = c.get('pageContext');
    const stored = await findings.finding(pageContext.tenantId, c.req.param('id'));
    if (!stored?.value.appId) return c.notFound();
    const { diagnosis } = await diagnose(diagnoseContext, { appId: stored.value.appId }, c.req.raw.signal);
    return c.html(
      htmlDocument(<ReachabilityPage context={pageContext} finding={stored.value} diagnosis={diagnosis} />),
    );
  });
}

/** A stored rule id may be the name of a member that every object has. */
function ownPage(pages: Readonly<Record<string, string>>, ruleId: string): string | undefined {
  return Object.hasOwn(pages, ruleId) ? pages[ruleId] : undefined;
}

async function sinceOf({ scans }: RouteContext, tenantId: string): Promise<string | undefined> {
  return (await latestFinished(scans, tenantId))?.since;
}
