import { htmlDocument } from '../components/document.js';
import { ScanPage, ScansPage } from '../pages/scans.js';
import { recentScans } from '../reads/recent-scans.js';
import type { Site, Web } from './route-context.js';

const scansShown = 100;

/** The list of scans, and one scan. */
export function scanRoutes(app: Web, { scans }: Site): void {
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
}
