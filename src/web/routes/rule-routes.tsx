import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { htmlDocument } from '../components/document.js';
import { RulePage, RulesPage } from '../pages/rules.js';
import type { RouteContext, Web } from './route-context.js';

/** The catalogue of rules, and one rule. */
export function ruleRoutes(app: Web, context: RouteContext): void {
  const { rules, scans, rulePages } = context;

  app.get('/rules', async (c) => {
    const pageContext = c.get('pageContext');
    const [openFindings, scan] = await Promise.all([
      openFindingsByRule(context, pageContext.tenantId),
      latestFinished(scans, pageContext.tenantId),
    ]);
    return c.html(
      htmlDocument(<RulesPage context={pageContext} rules={rules} openFindings={openFindings} scan={scan} />),
    );
  });

  app.get('/rules/:id', async (c) => {
    const pageContext = c.get('pageContext');
    const rule = rules.find(({ id }) => id === c.req.param('id'));
    if (!rule) return c.notFound();
    const openFindings = (await openFindingsByRule(context, pageContext.tenantId)).get(rule.id) ?? 0;
    return c.html(
      htmlDocument(
        <RulePage context={pageContext} rule={rule} rulePage={rulePages[rule.id]} openFindings={openFindings} />,
      ),
    );
  });
}

async function openFindingsByRule({ findingCache }: RouteContext, tenantId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { ruleId, status } of (await findingCache.read(tenantId)).summaries)
    if (status === 'open') counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
  return counts;
}
