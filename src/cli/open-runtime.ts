import type { Config } from '../config.js';
import { ConsentinelError, explain } from '../model/errors.js';
import { chosenTenant } from '../model/tenant/tenant-choice.js';
import { createInstallation, type Installation, type Runtime, type RuntimeOptions } from '../runtime.js';

/** Where the embedded storage keeps its data, below the working directory. */
export const embeddedFolder = '.consentinel';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The installation of a command. Where no storage is named, Azurite is embedded and its data kept in `.consentinel/`.
 */
export async function openInstallation(
  config: Config,
  environment: Environment,
  options?: RuntimeOptions,
): Promise<Installation> {
  if (config.storage.kind !== 'embedded') return createInstallation(config, environment, options);
  // Loaded on demand: a deployment has a storage account and no Azurite.
  const { embedAzurite } = await import('../local/azurite.js');
  const azurite = await embedAzurite({ folder: embeddedFolder });
  const storage = { kind: 'connection-string', connectionString: azurite.connectionString } as const;
  try {
    const installation = await createInstallation({ ...config, storage }, environment, options);
    return { ...installation, close: () => installation.close().finally(() => azurite.close()) };
  } catch (error) {
    await azurite.close();
    throw error;
  }
}

/**
 * The runtime of a command.
 * @param tenant what `--tenant` says
 * @throws ConsentinelError `usage-invalid` where it is no tenant of this installation, or must be named
 */
export async function openRuntime(
  config: Config,
  environment: Environment,
  tenant?: string,
  options?: RuntimeOptions,
): Promise<Runtime> {
  // Before storage is opened: whoever mistypes need not wait.
  chosenTenant(config.tenants, tenant);
  const installation = await openInstallation(config, environment, options);
  try {
    const runtime = installation.runtime(tenant);
    const doubtful = tenant !== undefined && config.tenants.tenantIds.length === 0;
    // Whoever examines an installation looks at its tenant too, with or without storage.
    if (doubtful && !options?.unprepared) await mustBeKnown(runtime, config.tenants.tenantId, tenant);
    return { ...runtime, close: installation.close };
  } catch (error) {
    await installation.close();
    throw error;
  }
}

/** Without TENANT_IDS a tenant is one that is set, one that was scanned, or the one of the identity. */
async function mustBeKnown(
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
      `--tenant ${tenant}: no scan of it is stored here, and it cannot be read. ${explain(error)}`,
      stored.length > 0 ? `Stored are: ${stored.join(', ')}.` : 'No scan of any tenant is stored here.',
    );
  });
}
