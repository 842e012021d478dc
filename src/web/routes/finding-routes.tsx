import { diagnose } from '../../jobs/diagnosis/diagnose.js';
import { htmlDocument } from '../components/document.js';
import { FindingPage } from '../pages/finding.js';
import { FindingsPage } from '../pages/findings.js';
import { OverviewPage } from '../pages/overview.js';
import { ReachabilityPage } from '../pages/reachability.js';
import { pageOf, parseFilter } from '../reads/finding-filter.js';
import { recentScans } from '../reads/recent-scans.js';
import { done } from './decisions.js';
import type { Site, Web } from './route-context.js';

/** Overview, the list, one finding. */
export function findingRoutes(app: Web, site: Site): void {
  const { rules, scans, findings, reading } = site;

  app.get('/', async (c) => {
    const frame = c.get('frame');
    const [{ summaries }, recent] = await Promise.all([
      reading.read(frame.tenantId),
      recentScans(scans, frame.tenantId),
    ]);
    return c.html(htmlDocument(<OverviewPage frame={frame} summaries={summaries} recent={recent} rules={rules} />));
  });

  app.get('/findings', async (c) => {
    const frame = c.get('frame');
    const filter = parseFilter(new URL(c.req.url).searchParams);
    const [{ summaries, at }, since] = await Promise.all([reading.read(frame.tenantId), sinceOf(site, frame.tenantId)]);
    const found = pageOf(summaries, filter, since);
    return c.html(
      htmlDocument(<FindingsPage frame={frame} filter={filter} found={found} rules={rules} since={since} at={at} />),
    );
  });

  app.get('/findings/:id{[0-9a-f]{16}}', async (c) => {
    const frame = c.get('frame');
    const stored = await findings.finding(frame.tenantId, c.req.param('id'));
    if (!stored) return c.notFound();
    const { ruleId } = stored.value;
    const [history, since] = await Promise.all([findings.history(stored.value), sinceOf(site, frame.tenantId)]);
    return c.html(
      htmlDocument(
        <FindingPage
          frame={frame}
          stored={stored}
          history={history}
          since={since}
          rule={rules.find(({ id }) => id === ruleId)}
          page={site.rulePages[ruleId]}
          done={Object.values(done).find((word) => word === c.req.query('done'))}
        />,
      ),
    );
  });
}

/** Reads the directory anew each time: what a finding says may be a night old. */
export function reachabilityRoute(app: Web, { findings, diagnosis: context }: Site): void {
  app.get('/findings/:id{[0-9a-f]{16}}/reachability', async (c) => {
    const frame = c.get('frame');
    const stored = await findings.finding(frame.tenantId, c.req.param('id'));
    if (!stored?.value.appId) return c.notFound();
    const { diagnosis } = await diagnose(context, { appId: stored.value.appId }, c.req.raw.signal);
    return c.html(htmlDocument(<ReachabilityPage frame={frame} finding={stored.value} diagnosis={diagnosis} />));
  });
}

async function sinceOf({ scans }: Site, tenantId: string): Promise<string | undefined> {
  return (await recentScans(scans, tenantId, 1)).finished?.since;
}
