import type { ExportReport } from '../../jobs/ports/index.js';
import { holdTenants } from '../../jobs/transfer/hold-tenants.js';
import { ConsentinelError } from '../../model/errors.js';
import { namedTenants } from '../../model/tenant/tenant-choice.js';
import { quantity } from '../../model/text/format.js';
import type { Installation } from '../../runtime.js';
import { type Screen, writeJson, writeLine } from '../screen.js';
import { showMoved } from '../show-moved.js';
import { writeToFile } from '../write-text.js';
import { verifyAudit } from './verify-audit.js';

export interface ExportOptions {
  readonly tenant?: string;
  readonly withBrokenTrail?: boolean;
  readonly json?: boolean;
}

/** What an installation has besides rows that move, or that must not be in two installations. */
const notMoved = 'Not in the file: queue messages, leases and scan requests, audit anchors, signing keys and settings.';

/**
 * Writes findings, scans and audit trails to a file, for `consentinel import`.
 * @throws ConsentinelError `transfer-refused`, `scan-in-progress`, and `usage-invalid` where there is nothing to export
 */
export async function exportRows(
  installation: Installation,
  screen: Screen,
  file: string,
  { tenant, withBrokenTrail = false, json }: ExportOptions,
  signal: AbortSignal,
): Promise<number> {
  const transfer = installation.transfer();
  const { tenantIds, demo } = await tenantsOf(installation, await transfer.tenants(), tenant);
  if (demo)
    writeLine(
      screen.log,
      `Not in the file: the simulated tenant of \`consentinel demo\` (${demo}). To export it, use --tenant ${demo}.`,
    );
  const runtime = installation.runtime(tenantIds[0]);
  const { clock } = runtime.records();
  let report: ExportReport | undefined;
  await holdTenants(
    tenantIds,
    (tenantId) => transfer.hold(tenantId),
    clock,
    async (kept) => {
      // The checks take long in a large tenant. They begin when the file is open, so a wrong path ends the command first.
      async function* text() {
        for (const tenantId of tenantIds) await requireVerified(installation, screen, tenantId, withBrokenTrail);
        const request = { tenantIds, at: clock.now(), author: () => runtime.author(), withBrokenTrail };
        yield* transfer.export(request, (done) => {
          report = done;
        });
      }
      await writeToFile(file, text(), kept, { argument: 'FILE' });
    },
    signal,
  );
  if (!report) throw new Error('The export ended without a report.');
  if (json) writeJson(screen.out, { file, ...report });
  else showExport(screen, file, report);
  return 0;
}

/**
 * The tenants to export: without a name, those of the storage.
 * @returns `demo`: the simulated tenant, which is left out unless it is named or the only one; undefined if none is left out
 */
async function tenantsOf({ tenants }: Installation, stored: readonly string[], asked: string | undefined) {
  const named = namedTenants(tenants);
  const wanted = asked === undefined ? named : [asked];
  if (wanted.length === 0 && stored.length > 1) {
    // Its module has the cases of all rules, which no other export needs.
    const { demoTenantId } = await import('../../local/demo-tenant.js');
    if (stored.includes(demoTenantId))
      return { tenantIds: stored.filter((id) => id !== demoTenantId), demo: demoTenantId };
  }
  const tenantIds = wanted.length > 0 ? stored.filter((id) => wanted.includes(id)) : stored;
  if (tenantIds.length > 0) return { tenantIds };
  throw new ConsentinelError(
    'usage-invalid',
    `The storage has no rows${wanted.length > 0 ? ` of ${wanted.join(', ')}` : ''}.`,
    stored.length > 0
      ? `It has rows of: ${stored.join(', ')}.`
      : 'Set AzureWebJobsStorage, or change to the folder of .consentinel.',
  );
}

/** Runs `verify-audit`: the file must not carry a broken trail into another installation unnoticed. */
async function requireVerified(
  installation: Installation,
  screen: Screen,
  tenantId: string,
  withBrokenTrail: boolean,
): Promise<void> {
  const exitCode = await verifyAudit(installation.runtime(tenantId), { ...screen, out: screen.log });
  if (exitCode === 0 || withBrokenTrail) return;
  throw new ConsentinelError(
    'transfer-refused',
    `verify-audit failed for the tenant ${tenantId}. Nothing was written.`,
    'Read the lines above, and find out who changed the trail. --with-broken-trail exports it as it is: the target then reports the same break.',
  );
}

function showExport(screen: Screen, file: string, report: ExportReport): void {
  writeLine(screen.out, `Exported ${quantity(report.rows, 'row')} to ${file}, which only you can read.`);
  showMoved(screen, report);
  for (const fault of report.faults) writeLine(screen.out, `Broken audit trail, exported as it is: ${fault}`);
  if (report.withdrawn > 0)
    writeLine(
      screen.out,
      `Approvals left out of the file: ${report.withdrawn}. An approval is valid in one installation only. Approve these plans again after the import. In this installation, their approvals stay valid.`,
    );
  if (report.stopped > 0)
    writeLine(screen.out, `Scans that stopped without an end: ${report.stopped}. The file shows them as failed.`);
  if (!report.hasRemediatorState)
    writeLine(
      screen.out,
      "The remediator's account was not read: its used approvals and its budget are not in the file.",
    );
  writeLine(screen.out, notMoved);
}
