import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface, type Interface } from 'node:readline';

declare global {
  var azuriteOfTests: Azurite | undefined;
}

/** The other accounts stand for those of an installation in Azure: see `storage.ts`. */
const accounts = ['devstoreaccount1', 'hostaccount', 'newaccount'];

/**
 * Jest's global setup: starts one Azurite in memory for the run and puts its connection string into
 * AZURITE_CONNECTION_STRING. Each test file uses its own prefix (`storage.ts`).
 */
export default async function setUp(): Promise<void> {
  const azurite = await startAzurite(accounts);
  globalThis.azuriteOfTests = azurite;
  process.env.AZURITE_CONNECTION_STRING = azurite.connectionString;
}

/** An Azurite of its own, for tests of the real table service and for benchmarks. */
export interface Azurite {
  readonly connectionString: string;
  /** Ends it, and waits for its end: it writes its files until then. Data in memory is lost. */
  close(): Promise<void>;
}

const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Starts Azurite in a process of its own.
 * @param accounts the names of its accounts, the first one for the connection string
 * @param folder for its data; undefined to keep them in memory
 */
export async function startAzurite(
  accounts: readonly string[] = ['devstoreaccount1'],
  folder?: string,
): Promise<Azurite> {
  const azurite = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  const persistence = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder];
  const options = ['--silent', '--disableTelemetry', ...persistence, ...ports];
  const child = spawn(process.execPath, ['--no-warnings', azurite, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${key}`).join(';') },
  });
  const endpoints = await endpointsOf(createInterface({ input: child.stdout }), accounts[0] ?? '');
  child.stdout.resume();
  const account = `AccountName=${accounts[0]};AccountKey=${key}`;
  return {
    connectionString: `DefaultEndpointsProtocol=http;${account};${endpoints.join(';')};`,
    close: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Reads the endpoints of the three services from Azurite's console output. */
async function endpointsOf(output: Interface, account: string): Promise<string[]> {
  const endpoints: string[] = [];
  for await (const line of output) {
    const [, service, address] = /Azurite (\w+) service is successfully listening at (\S+)/.exec(line) ?? [];
    if (service) endpoints.push(`${service}Endpoint=${address}/${account}`);
    if (endpoints.length === 3) break;
  }
  return endpoints;
}
