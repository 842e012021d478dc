import { stat } from 'node:fs/promises';
import type { ImportReport } from '../../jobs/ports/index.js';
import { holdTenants } from '../../jobs/transfer/hold-tenants.js';
import { ConsentinelError } from '../../model/errors.js';
import { namedTenants } from '../../model/tenant/tenant-choice.js';
import { minuteOf, quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Installation } from '../../runtime.js';
import { formerStorageSteps } from '../former-storage.js';
import { type Screen, writeJson, writeLine } from '../screen.js';
import { showMoved } from '../show-moved.js';
import { verifyAudit } from './verify-audit.js';

export interface ImportOptions {
  readonly withBrokenTrail?: boolean;
  readonly json?: boolean;
}

/**
 * Explains how to move the data of version 0.1.0, for a user who gives its folder in place of a file.
 * @throws ConsentinelError `usage-invalid` for any folder
 */
export async function refuseFolder(file: string, platform: NodeJS.Platform): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isDirectory()) return;
  const steps = await formerStorageSteps(file, platform);
  throw new ConsentinelError(
    'usage-invalid',
    steps ? `${file} is the storage of version 0.1.0, which wrote it with Azurite.` : `${file} is a folder.`,
    steps ?? 'Give the path of a file that `consentinel export` has written.',
  );
}

/**
 * Writes the rows of a file of `consentinel export` into the storage.
 * @returns the exit code: 1 where the audit trail is broken afterwards
 * @throws ConsentinelError `transfer-refused` before anything is written; `scan-in-progress`, `lease-lost`
 */
export async function importRows(
  installation: Installation,
  screen: Screen,
  file: string,
  { withBrokenTrail = false, json }: ImportOptions,
  signal: AbortSignal,
): Promise<number> {
  const expected = namedTenants(installation.tenants);
  const incoming = await installation.transfer().examine(file, { expected, withBrokenTrail, signal });
  const { tenantIds } = incoming;
  const { clock } = installation.runtime(tenantIds[0]).records();
  const report = await holdTenants(
    tenantIds,
    (tenantId) => incoming.hold(tenantId),
    clock,
    (kept) => incoming.write(kept),
    signal,
  );
  let exitCode = 0;
  for (const tenantId of tenantIds)
    exitCode = Math.max(exitCode, await verifyAudit(installation.runtime(tenantId), { ...screen, out: screen.log }));
  if (json) writeJson(screen.out, { file, verified: exitCode === 0, ...report });
  else showImport(screen, report, exitCode === 0);
  return exitCode;
}

function showImport(screen: Screen, report: ImportReport, verified: boolean): void {
  const { exportedAt, program, written, present, ownPauses, withoutState } = report;
  const already =
    present > 0
      ? ` ${quantity(present, 'row')} of an earlier import ${present === 1 ? 'was' : 'were'} there already.`
      : '';
  writeLine(
    screen.out,
    `Imported ${quantity(written, 'row')} that Consentinel ${safeText(program)} exported at ${minuteOf(exportedAt)}.${already}`,
  );
  showMoved(screen, report);
  if (ownPauses) writeLine(screen.out, 'The pauses of the file were left out, because this installation has its own.');
  if (withoutState > 0)
    writeLine(
      screen.out,
      `${quantity(withoutState, 'row')} of the remediator's state were left out: this process cannot use its account.`,
    );
  writeLine(
    screen.out,
    verified
      ? 'The audit trail is intact. Approvals did not move: approve the plans again. Stop the other installation before you do.'
      : 'The audit trail did not pass verify-audit. See the lines above.',
  );
}
