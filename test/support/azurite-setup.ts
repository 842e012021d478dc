import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

declare global {
  var azuriteOfTests: ChildProcess | undefined;
}

const azurite = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const account = `AccountName=devstoreaccount1;AccountKey=${key}`;
/** The other accounts stand for those of an installation in Azure: see `storage.ts`. */
const accounts = ['devstoreaccount1', 'hostaccount', 'newaccount'].map((name) => `${name}:${key}`).join(';');

/**
 * Jest's global setup: starts one Azurite in memory for the run and puts its connection string into
 * AZURITE_CONNECTION_STRING. Each test file uses its own prefix (`storage.ts`).
 */
export default async function startAzurite(): Promise<void> {
  const options = ['--silent', '--disableTelemetry', '--inMemoryPersistence', ...ports];
  const child = spawn(process.execPath, ['--no-warnings', azurite, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AZURITE_ACCOUNTS: accounts },
  });
  globalThis.azuriteOfTests = child;
  const endpoints = await endpointsOf(child);
  process.env.AZURITE_CONNECTION_STRING = `DefaultEndpointsProtocol=http;${account};${endpoints.join(';')};`;
}

/** Reads the endpoints of the three services from Azurite's console output. */
async function endpointsOf(child: ChildProcess): Promise<string[]> {
  const endpoints: string[] = [];
  if (child.stdout)
    for await (const line of createInterface({ input: child.stdout })) {
      const [, service, address] = /Azurite (\w+) service is successfully listening at (\S+)/.exec(line) ?? [];
      if (service) endpoints.push(`${service}Endpoint=${address}/devstoreaccount1`);
      if (endpoints.length === 3) break;
    }
  child.stdout?.resume();
  return endpoints;
}
