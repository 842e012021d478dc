import { reportFacts } from '../../reports/facts.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats, type ReportFormat } from '../../reports/report.js';
import type { RouteContext, Web } from './route-context.js';

/** Reports of the tenant as downloads. */
export function reportRoutes(app: Web, context: RouteContext, version: string): void {
  const { rules, scans } = context;

  app.get('/reports/:format', async (c) => {
    const { tenantId, tenantName, now } = c.get('pageContext');
    const tenantPart = tenantName ? `${tenantId}-` : '';
    const name = c.req.param('format');
    if (!Object.hasOwn(formats, name)) return c.notFound();
    const { mediaType, extension, report } = formats[name as ReportFormat];
    const { facts, since } = await reportFacts(
      { tenantId, generatedAt: now, version, rules, cloud: context.config.cloud },
      scans.scans(tenantId),
    );
    return c.body(streamOf(report(findingViews(context, tenantId, since), facts)), 200, {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="consentinel-${tenantPart}${now.slice(0, 10)}.${extension}"`,
    });
  });
}

async function* findingViews(
  context: RouteContext,
  tenantId: string,
  since: string | undefined,
): AsyncGenerator<FindingView> {
  // The errors of the latest scan, which every report contains, name damaged rows.
  for await (const { value } of context.findings.findings(tenantId, { onDamaged: () => {} }))
    yield findingView(value, since, context.config.cloud, context.rules);
}

/** The report as a stream with backpressure, so that little of it is in memory. */
function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
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
