import type { AuditVerdict } from '../../jobs/ports/index.js';
import { htmlDocument } from '../components/document.js';
import { AuditPage } from '../pages/audit.js';
import type { RouteContext, Web } from './route-context.js';

/** The check of the audit trail. */
export function auditRoutes(app: Web, { findings }: RouteContext): void {
  app.get('/audit', async (c) => {
    const pageContext = c.get('pageContext');
    const isRequested = c.req.query('check') === 'now';
    const verdicts = isRequested ? await verdictsOf(findings.verifyAudit(pageContext.tenantId)) : undefined;
    return c.html(htmlDocument(<AuditPage context={pageContext} verdicts={verdicts} />));
  });
}

async function verdictsOf(verdicts: AsyncIterable<AuditVerdict>): Promise<AuditVerdict[]> {
  const all: AuditVerdict[] = [];
  for await (const verdict of verdicts) all.push(verdict);
  return all;
}
