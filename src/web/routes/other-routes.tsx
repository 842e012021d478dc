import type { AuditVerdict } from '../../jobs/ports/index.js';
import { reportFacts } from '../../reports/facts.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats, type ReportFormat } from '../../reports/report.js';
import { AuditPage } from '../pages/audit.js';
import { htmlDocument } from '../pages/frame.js';
import { RulePage, RulesPage } from '../pages/rules.js';
import { ScanPage, ScansPage } from '../pages/scans.js';
import type { Site, Web } from '../site.js';
import { recentScans } from './recent-scans.js';

const scansShown = 100;

/** Scans, rules, the audit trail, and reports to keep. */
export function otherRoutes(app: Web, site: Site, version: string): void {
  const { rules, scans, findings, rulePages } = site;

  app.get('/scans', async (c) => {
    const frame = c.get('frame');
    const { scans: shown } = await recentScans(scans, frame.tenantId, scansShown);
    return c.html(htmlDocument(<ScansPage frame={frame} scans={shown} cut={shown.length === scansShown} />));
  });

  app.get('/scans/:id', async (c) => {
    const frame = c.get('frame');
    const scan = await scans.scan(frame.tenantId, c.req.param('id'));
    return scan ? c.html(htmlDocument(<ScanPage frame={frame} scan={scan} />)) : c.notFound();
  });

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

  app.get('/audit', async (c) => {
    const frame = c.get('frame');
    const asked = c.req.query('check') === 'now';
    const verdicts = asked ? await verdictsOf(findings.verifyAudit(frame.tenantId)) : undefined;
    return c.html(htmlDocument(<AuditPage frame={frame} verdicts={verdicts} />));
  });

  app.get('/reports/:format', async (c) => {
    const { tenantId, tenantName, now } = c.get('frame');
    const whose = tenantName ? `${tenantId}-` : '';
    const name = c.req.param('format');
    if (!Object.hasOwn(formats, name)) return c.notFound();
    const { mediaType, extension, report } = formats[name as ReportFormat];
    const { facts, since } = await reportFacts(
      { tenantId, generatedAt: now, version, rules, cloud: site.config.cloud },
      scans.scans(tenantId),
    );
    return c.body(bytesOf(report(views(site, tenantId, since), facts)), 200, {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="consentinel-${whose}${now.slice(0, 10)}.${extension}"`,
    });
  });
}

async function standingByRule({ reading }: Site, tenantId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { ruleId, status } of (await reading.read(tenantId)).summaries)
    if (status === 'open') counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
  return counts;
}

async function verdictsOf(verdicts: AsyncIterable<AuditVerdict>): Promise<AuditVerdict[]> {
  const all: AuditVerdict[] = [];
  for await (const verdict of verdicts) all.push(verdict);
  return all;
}

async function* views(site: Site, tenantId: string, since: string | undefined): AsyncGenerator<FindingView> {
  for await (const { value } of site.findings.findings(tenantId)) yield findingView(value, since, site.config.cloud);
}

/** The report as it is made: the reader sets the pace, and little of it is held. */
function bytesOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await text.return(undefined);
    },
  });
}
