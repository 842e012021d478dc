import { htmlDocument } from '../components/document.js';
import { RulePage, RulesPage } from '../pages/rules.js';
import { recentScans } from '../reads/recent-scans.js';
import type { Site, Web } from './route-context.js';

/** The catalogue of rules, and one rule. */
export function ruleRoutes(app: Web, site: Site): void {
  const { rules, scans, rulePages } = site;

  app.get('/rules', async (c) => {
    const frame = c.get('frame');
    const [standing, recent] = await Promise.all([
      standingByRule(site, frame.tenantId),
      recentScans(scans, frame.tenantId, 1),
    ]);
    return c.html(htmlDocument(<RulesPage frame={frame} rules={rules} standing={standing} scan={recent.finished} />));
  });

  app.get('/rules/:id', async (c) => {
    const frame = c.get('frame');
    const rule = rules.find(({ id }) => id === c.req.param('id'));
    if (!rule) return c.notFound();
    const standing = (await standingByRule(site, frame.tenantId)).get(rule.id) ?? 0;
    return c.html(htmlDocument(<RulePage frame={frame} rule={rule} page={rulePages[rule.id]} standing={standing} />));
  });
}

async function standingByRule({ reading }: Site, tenantId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { ruleId, status } of (await reading.read(tenantId)).summaries)
    if (status === 'open') counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
  return counts;
}
