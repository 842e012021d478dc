import { join } from 'node:path';
import type { Config } from '../config.js';
import { ConsentinelError, explain } from '../model/errors.js';
import { chosenTenant } from '../model/tenant/tenant-choice.js';
import { createInstallation, type Installation, type Runtime, type RuntimeOptions } from '../runtime.js';
import { formerStorageNotice } from './former-storage.js';

/** The folder of the embedded storage, below the working directory. */
export const embeddedFolder = '.consentinel';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The installation of a command. Where no storage account is configured, the storage is a file in `.consentinel/`.
 * @param options `onNotice` gets what the user should know; by default it goes to stderr
 */
export async function openInstallation(
  config: Config,
  environment: Environment,
  options: RuntimeOptions = {},
): Promise<Installation> {
  const { onNotice = (line: string) => process.stderr.write(`${line}\n`) } = options;
  if (config.storage.kind !== 'embedded') return createInstallation(config, environment, { onNotice, ...options });
  const notice = await formerStorageNotice(embeddedFolder);
  if (notice) onNotice(notice);
  return createInstallation(config, environment, {
    storageFolder: embeddedFolder,
    anchorFile: join(embeddedFolder, 'audit-anchors.jsonl'),
    ...options,
    onNotice,
  });
}

/**
 * The runtime of a command.
 * @param tenant the value of `--tenant`
 * @throws ConsentinelError `usage-invalid` where the tenant does not belong to this installation, or is missing
 */
export async function openRuntime(
  config: Config,
  environment: Environment,
  tenant?: string,
  options?: RuntimeOptions,
): Promise<Runtime> {
  // Before storage is opened: a typing error is reported at once.
  chosenTenant(config.tenants, tenant);
  const installation = await openInstallation(config, environment, options);
  try {
    const runtime = installation.runtime(tenant);
    const mustVerify = tenant !== undefined && config.tenants.tenantIds.length === 0;
    // `doctor` (unprepared) checks the tenant itself, also without storage.
    if (mustVerify && !options?.unprepared) await verifyTenant(runtime, config.tenants.tenantId, tenant);
    return { ...runtime, close: installation.close };
  } catch (error) {
    await installation.close();
    throw error;
  }
}

/** Without TENANT_IDS the valid tenants are TENANT_ID, those with a stored scan, and the one of the identity. */
async function verifyTenant(
  runtime: Pick<Runtime, 'scanContext'>,
  known: string | undefined,
  tenant: string,
): Promise<void> {
  if (tenant === known) return;
  const { scans, directory } = runtime.scanContext();
  const stored = await scans.tenants();
  if (stored.includes(tenant)) return;
  await directory.organization().catch((error: unknown) => {
    throw new ConsentinelError(
      'usage-invalid',
      `--tenant ${tenant}: the storage has no scan of it, and Consentinel cannot read the tenant. ${explain(error)}`,
      stored.length > 0 ? `The storage has scans of: ${stored.join(', ')}.` : 'The storage has no scans.',
    );
  });
}
