import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { embedAzurite } from '../../src/local/azurite/embed-azurite.js';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import { ensureStorage } from '../../src/storage/connection.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { itOnPosix } from '../support/on-posix.js';
import { bundleClient, startClient } from './azurite-client.js';

// Each test starts several processes, which takes long on a busy machine. Nothing asserts how long.
jest.setTimeout(300_000);
const bundle = await bundleClient();
let folder: string;

afterAll(() => rm(bundle));

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'consentinel-')), 'data');
});
afterEach(async () => {
  await azuriteHasEnded();
  await rm(join(folder, '..'), { recursive: true });
});

const stateFile = () => join(folder, 'azurite.json');
const state = async () => JSON.parse(await readFile(stateFile(), 'utf8')) as { pid: number; token: string };

/** Waits until Azurite has ended after its last client. */
async function azuriteHasEnded(): Promise<void> {
  while (await stat(stateFile()).catch(() => undefined)) await pause(20);
}

function queuesOf(connectionString: string) {
  const storage = connectStorage({ kind: 'connection-string', connectionString });
  return { ensure: () => ensureStorage(storage), queues: new StorageQueues(storage) };
}

/** Sends a message, so that there is data to lose. */
async function write(connectionString: string): Promise<void> {
  const { ensure, queues } = queuesOf(connectionString);
  await ensure();
  await queues.send('alerts', { scanId: 's1' });
}

const messages = (connectionString: string) => queuesOf(connectionString).queues.length('alerts');

describe('the embedded storage', () => {
  it('keeps its data after it is closed', async () => {
    const first = await embedAzurite({ folder });
    await write(first.connectionString);
    await first.close();
    expect(await readdir(folder)).not.toContain('azurite.json');

    const second = await embedAzurite({ folder });
    expect(await messages(second.connectionString)).toBe(1);
    await second.close();
  });

  it('keeps no data in memory mode', async () => {
    const first = await embedAzurite({ folder, inMemory: true });
    await write(first.connectionString);
    await first.close();
    expect((await readdir(folder)).filter((name) => name.startsWith('__'))).toEqual([]);
  });

  it('is shared by all clients of the folder until the last one ends', async () => {
    const [one, two] = [startClient(bundle, folder), startClient(bundle, folder)];
    const mine = await embedAzurite({ folder });
    expect(await one.connectionString).toBe(mine.connectionString);
    expect(await two.connectionString).toBe(mine.connectionString);
    await write(mine.connectionString);
    await Promise.all([one.end(), mine.close()]);
    expect(await messages(mine.connectionString)).toBe(1);
    await two.end();
  });

  it('survives kill -9 of the process that started it, without data loss', async () => {
    const starter = startClient(bundle, folder);
    await starter.connectionString;
    const other = await embedAzurite({ folder });
    await write(other.connectionString);
    await starter.kill();
    expect(await messages(other.connectionString)).toBe(1);
    await other.close();
  });

  it('saves its data and ends after its last client is killed', async () => {
    const user = startClient(bundle, folder);
    await write(await user.connectionString);
    await user.kill();
    await azuriteHasEnded();
    const next = await embedAzurite({ folder });
    expect(await messages(next.connectionString)).toBe(1);
    await next.close();
  });

  it('restarts after it was killed itself', async () => {
    const first = await embedAzurite({ folder });
    process.kill((await state()).pid, 'SIGKILL');
    await first.close();
    const clients = [startClient(bundle, folder), startClient(bundle, folder), startClient(bundle, folder)];
    const strings = await Promise.all(clients.map(({ connectionString }) => connectionString));
    expect(new Set(strings).size).toBe(1);
    expect(strings[0]).not.toBe(first.connectionString);
    await Promise.all(clients.map((client) => client.end()));
  });

  it('replaces a state file without a process', async () => {
    const first = await embedAzurite({ folder });
    await first.close();
    // The pid belongs to a running process, but not to Azurite.
    for (const stale of [{ pid: process.pid, controlPort: 9, token: 't' }, 'rubbish']) {
      await writeFile(stateFile(), JSON.stringify(stale));
      const again = await embedAzurite({ folder });
      await again.close();
    }
  });

  it('restarts for a client that connects while it is closing', async () => {
    const first = await embedAzurite({ folder });
    await write(first.connectionString);
    const [next] = await Promise.all([embedAzurite({ folder }), first.close()]);
    expect(await messages(next.connectionString)).toBe(1);
    await next.close();
  });

  // Windows cannot pause a process.
  itOnPosix('ends a client whose shutdown the next client cancels', async () => {
    const first = await embedAzurite({ folder });
    const { pid, controlPort, token } = JSON.parse(await readFile(stateFile(), 'utf8'));
    const next = connect(controlPort, '127.0.0.1');
    await once(next, 'connect');
    // After this round trip, Azurite has accepted the connection of the next client.
    await (await embedAzurite({ folder })).close();
    process.kill(pid, 'SIGSTOP');
    const closed = first.close();
    next.write(`${token}\n`);
    await pause(100);
    process.kill(pid, 'SIGCONT');
    const [answer] = await once(next, 'data');
    expect(String(answer)).toBe(`ready ${first.connectionString}\n`);
    await closed;
    next.destroy();
  });

  it('protects folder, state file and account key from other users', async () => {
    const storage = await embedAzurite({ folder });
    // Windows has no file modes.
    const mask = process.platform === 'win32' ? 0 : 0o077;
    expect((await stat(folder)).mode & mask).toBe(0);
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & mask).toBe(0);
    const key = /AccountKey=([^;]+)/.exec(storage.connectionString)?.[1] ?? '';
    expect(Buffer.from(key, 'base64')).toHaveLength(64);
    expect(await readFile(stateFile(), 'utf8')).not.toContain(key);
    await storage.close();

    const again = await embedAzurite({ folder });
    expect(again.connectionString).not.toContain(key);
    await again.close();
  });
});
