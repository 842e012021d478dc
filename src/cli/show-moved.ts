import type { MovedRows, TransferReport } from '../jobs/ports/index.js';
import { quantity } from '../model/text/format.js';
import { type Screen, writeLine } from './screen.js';

/** Shows what a file contains, a line for each tenant. */
export function showMoved(screen: Screen, { tenants, sha256 }: TransferReport): void {
  for (const [tenantId, rows] of Object.entries(tenants)) writeLine(screen.out, `${tenantId}: ${countsOf(rows)}`);
  writeLine(screen.out, `SHA-256 in the last line of the file: ${sha256}`);
}

function countsOf({ findings, events, scans, evidence, remediator }: MovedRows): string {
  const counts = [
    quantity(findings, 'finding'),
    quantity(events, 'audit event'),
    quantity(scans, 'scan'),
    `evidence about ${quantity(evidence, 'app')}`,
    `${quantity(remediator, 'row')} of the remediator`,
  ];
  return counts.filter((text) => !/(^|\s)0 /.test(text)).join(', ');
}
