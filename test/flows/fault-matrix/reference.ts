import { scanTenant } from '../../../src/jobs/scan/scan-tenant.js';
import type { Finding } from '../../../src/model/finding/finding.js';
import type { RuntimeOptions } from '../../../src/runtime.js';
import { type Call, callsOf } from './cells.js';
import { aSite, type Night, newPrefix, runNight, type Site } from './night.js';
import { copyStorage, storedFindings, undisturbedStorage } from './stored-state.js';
import { firstNight, secondNight } from './two-nights.js';

/** The first night, and the second night without any fault. */
export interface Reference {
  /** All findings after the first night. */
  readonly before: ReadonlyMap<string, Finding>;
  readonly undisturbed: Night;
  /** The calls of the undisturbed second night. */
  readonly calls: readonly Call[];
  /** Prepares another second night, with a copy of the storage. */
  secondNight(): Promise<Site>;
}

/** @param options of the installation in both nights */
export async function makeReference(options: Pick<RuntimeOptions, 'keyReading'> = {}): Promise<Reference> {
  const first = await aSite(firstNight(), newPrefix(), options);
  const { prepareStorage } = await first.patient.doctor();
  await prepareStorage();
  await scanTenant(first.patient, { requestedBy: 'test' });
  const another = async (): Promise<Site> => {
    const prefix = newPrefix();
    await copyStorage(first.storage, undisturbedStorage(prefix));
    return aSite(secondNight(), prefix, options);
  };
  const second = await another();
  const undisturbed = await runNight(second, second.patient);
  const calls = callsOf(second);
  await Promise.all([first.close(), second.close()]);
  return { before: await storedFindings(first.storage, first.tenantId), undisturbed, calls, secondNight: another };
}
