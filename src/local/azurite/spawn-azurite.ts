import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConsentinelError } from '../../model/errors.js';
import { azuriteChild } from './azurite-child.js';
import { readState } from './azurite-state.js';

/** The options of the child process. */
export interface AzuriteOptions {
  readonly folder: string;
  /** The path of Azurite's script. */
  readonly azurite: string;
  readonly inMemory: boolean;
}

/**
 * Starts a child process that runs Azurite for a folder. Resolves when this child or another process has the folder.
 * The child is detached: it keeps running after this process ends while others use the storage.
 * @throws ConsentinelError `storage-unavailable` with the last lines of the log if the child fails
 */
export async function spawnAzurite(options: AzuriteOptions): Promise<void> {
  const log = await open(join(options.folder, 'azurite.log'), 'a', 0o600);
  const child = spawn(process.execPath, ['--no-warnings', '--eval', azuriteChild], {
    cwd: options.folder,
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    windowsHide: true,
  });
  try {
    const exit = once(child, 'exit').then(([code]) => code as number | null);
    child.unref();
    child.stdin?.on('error', () => {}).end(withSecrets(options));
    const code = await Promise.race([exit, claimed(options.folder, () => child.exitCode !== null)]);
    if (code) throw await failed(options.folder, code);
  } finally {
    await log.close();
  }
}

/** The child's input. Its random key keeps other users of this machine from reading the findings. */
function withSecrets(options: AzuriteOptions): string {
  const secrets = { token: randomBytes(24).toString('hex'), key: randomBytes(64).toString('base64') };
  return JSON.stringify({ ...options, ...secrets, account: 'consentinel', lingerMs: 300, graceMs: 30_000 });
}

async function claimed(folder: string, ended: () => boolean): Promise<undefined> {
  while (!ended() && !(await readState(folder))) await pause(10);
}

async function failed(folder: string, code: number): Promise<ConsentinelError> {
  const log = await readFile(join(folder, 'azurite.log'), 'utf8').catch(() => '');
  return new ConsentinelError(
    'storage-unavailable',
    `Azurite (the local storage) ended with code ${code}: ${log.trim().split('\n').slice(-3).join(' ')}`,
    `The complete log is in ${join(folder, 'azurite.log')}. Or set AzureWebJobsStorage to a storage account.`,
  );
}
