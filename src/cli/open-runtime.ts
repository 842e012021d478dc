import type { Config } from '../config.js';
import { createRuntime, type Runtime } from '../runtime.js';

/** Where the embedded storage keeps its data, below the working directory. */
export const embeddedFolder = '.consentinel';

/**
 * The runtime of a command. Where no storage is named, Azurite is embedded and its data kept in `.consentinel/`.
 */
export async function openRuntime(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Runtime> {
  if (config.storage.kind !== 'embedded') return createRuntime(config, environment);
  // Loaded on demand: a deployment has a storage account and no Azurite.
  const { embedAzurite } = await import('../local/azurite.js');
  const azurite = await embedAzurite({ folder: embeddedFolder });
  const close = async (runtime?: Runtime) => {
    await runtime?.close();
    await azurite.close();
  };
  const storage = { kind: 'connection-string', connectionString: azurite.connectionString } as const;
  try {
    const runtime = await createRuntime({ ...config, storage }, environment);
    return { ...runtime, close: () => close(runtime) };
  } catch (error) {
    await close();
    throw error;
  }
}
