import type { AuditVerdict } from '../../jobs/ports/index.js';
import { htmlDocument } from '../components/document.js';
import { AuditPage } from '../pages/audit.js';
import type { Site, Web } from './route-context.js';

/** The check of the audit trail. */
export function auditRoutes(app: Web, { findings }: Site): void {
  app.get('/audit', async (c) => {
    const frame = c.get('frame');
    const asked = c.req.query('check') === 'now';
    const verdicts = asked ? await verdictsOf(findings.verifyAudit(frame.tenantId)) : undefined;
    return c.html(htmlDocument(<AuditPage frame={frame} verdicts={verdicts} />));
  });
}

async function verdictsOf(verdicts: AsyncIterable<AuditVerdict>): Promise<AuditVerdict[]> {
  const all: AuditVerdict[] = [];
  for await (const verdict of verdicts) all.push(verdict);
  return all;
}
