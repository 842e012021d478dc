import { diagnose } from '../../jobs/diagnosis/diagnose.js';
import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { findingIdSource } from '../../model/finding/finding.js';
import { htmlDocument } from '../components/document.js';
import { FindingPage } from '../pages/finding.js';
import { FindingsPage } from '../pages/findings.js';
import { OverviewPage } from '../pages/overview.js';
import { ReachabilityPage } from '../pages/reachability.js';
import { parseFilter } from '../reads/finding-filter.js';
import { groupsOf, nextToDecide, pageOf } from '../reads/finding-page.js';
import { type ListFacts, listFacts } from '../reads/listed-finding.js';
import { overviewScans } from '../reads/recent-scans.js';
import { doneWords } from './decisions.js';
import { returnList } from './list-return.js';
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
    const [{ summaries, at, damaged }, facts] = await Promise.all([
      findingCache.read(pageContext.tenantId),
      listFactsOf(context, pageContext.tenantId),
    ]);
    const assignees = [...new Set(summaries.flatMap(({ assignee }) => assignee ?? []))].sort();
    return c.html(
      htmlDocument(
        <FindingsPage
          context={pageContext}
          filter={filter}
          list={pageOf(summaries, filter, facts)}
          groups={filter.grouped ? groupsOf(summaries, filter, facts) : undefined}
          facts={facts}
          assignees={assignees}
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
    const { ruleId, id } = stored.value;
    const list = returnList(c.req.query('list'));
    const [history, facts, snapshot] = await Promise.all([
      findings.history(stored.value),
      listFactsOf(context, pageContext.tenantId),
      list && findingCache.read(pageContext.tenantId),
    ]);
    return c.html(
      htmlDocument(
        <FindingPage
          context={pageContext}
          stored={stored}
          history={history}
          since={facts.since}
          rule={rules.find((rule) => rule.id === ruleId)}
          rulePage={ownPage(context.rulePages, ruleId)}
          done={Object.values(doneWords).find((word) => word === c.req.query('done'))}
          list={list}
          next={list && snapshot && nextToDecide(snapshot.summaries, list, facts, id)}
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

/** What every list of findings of a tenant needs. */
export async function listFactsOf({ scans, rules }: RouteContext, tenantId: string): Promise<ListFacts> {
  return listFacts(rules, (await latestFinished(scans, tenantId))?.since);
}
