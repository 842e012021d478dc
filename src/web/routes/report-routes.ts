import { reportFacts } from '../../reports/facts.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats, type ReportFormat } from '../../reports/report.js';
import type { Site, Web } from './route-context.js';

/** Reports of the tenant as downloads. */
export function reportRoutes(app: Web, site: Site, version: string): void {
  const { rules, scans } = site;

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
