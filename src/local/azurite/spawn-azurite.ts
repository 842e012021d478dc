import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConsentinelError } from '../../model/errors.js';
import { azuriteChild } from './azurite-child.js';
import { readState } from './azurite-state.js';

export interface AzuriteOrder {
  readonly folder: string;
  /** Azurite's script. */
  readonly azurite: string;
  readonly inMemory: boolean;
}

/**
 * Starts a child that runs Azurite for a folder, unless another process is faster; waits until either has the folder.
 * The child belongs to nobody: it stays when this process ends and others still use the storage.
 * @throws ConsentinelError `storage-unavailable` with the last words of a child that failed
 */
export async function spawnAzurite(order: AzuriteOrder): Promise<void> {
  const log = await open(join(order.folder, 'azurite.log'), 'a', 0o600);
  const child = spawn(process.execPath, ['--no-warnings', '--eval', azuriteChild], {
    cwd: order.folder,
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    windowsHide: true,
  });
  try {
    const exit = once(child, 'exit').then(([code]) => code as number | null);
    child.unref();
    child.stdin?.on('error', () => {}).end(wholeOrder(order));
    const code = await Promise.race([exit, claimed(order.folder, () => child.exitCode !== null)]);
    if (code) throw await failed(order.folder, code);
  } finally {
    await log.close();
  }
}

/** A random key, so that no other user of this machine reads the findings; it lives as long as the child. */
function wholeOrder(order: AzuriteOrder): string {
  const secrets = { token: randomBytes(24).toString('hex'), key: randomBytes(64).toString('base64') };
  return JSON.stringify({ ...order, ...secrets, account: 'consentinel', lingerMs: 300, graceMs: 30_000 });
}

async function claimed(folder: string, ended: () => boolean): Promise<undefined> {
  while (!ended() && !(await readState(folder))) await pause(10);
}

async function failed(folder: string, code: number): Promise<ConsentinelError> {
  const log = await readFile(join(folder, 'azurite.log'), 'utf8').catch(() => '');
  return new ConsentinelError(
    'storage-unavailable',
    `Azurite, the storage on this machine, ended with code ${code}: ${log.trim().split('\n').slice(-3).join(' ')}`,
    `The whole of it is in ${join(folder, 'azurite.log')}. Or set AzureWebJobsStorage to a storage account.`,
  );
}
