import { htmlDocument } from '../components/document.js';
import { ScanPage, ScansPage } from '../pages/scans.js';
import { recentScans } from '../reads/recent-scans.js';
import type { RouteContext, Web } from './route-context.js';

const maxScans = 100;

/** The list of scans, and one scan. */
export function scanRoutes(app: Web, { scans }: RouteContext): void {
  app.get('/scans', async (c) => {
    const pageContext = c.get('pageContext');
    const { scans: shown } = await recentScans(scans, pageContext.tenantId, maxScans);
    return c.html(
      htmlDocument(<ScansPage context={pageContext} scans={shown} isTruncated={shown.length === maxScans} />),
    );
  });

  app.get('/scans/:id', async (c) => {
    const pageContext = c.get('pageContext');
    const scan = await scans.scan(pageContext.tenantId, c.req.param('id'));
    return scan ? c.html(htmlDocument(<ScanPage context={pageContext} scan={scan} />)) : c.notFound();
  });
}
