import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { embedAzurite } from '../../src/local/azurite/embed-azurite.js';
import { connectStorage, ensureStorage } from '../../src/storage/connection.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { bundleClient, startClient } from './azurite-client.js';

jest.setTimeout(60_000);
const bundle = await bundleClient();
let folder: string;

afterAll(() => rm(bundle));

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'consentinel-')), 'data');
});
afterEach(async () => {
  await stateIsGone();
  await rm(join(folder, '..'), { recursive: true });
});

const stateFile = () => join(folder, 'azurite.json');
const state = async () => JSON.parse(await readFile(stateFile(), 'utf8')) as { pid: number; token: string };

/** The last user has gone, and Azurite after it. */
async function stateIsGone(): Promise<void> {
  while (await stat(stateFile()).catch(() => undefined)) await pause(20);
}

function queuesOf(connectionString: string) {
  const storage = connectStorage({ kind: 'connection-string', connectionString });
  return { ensure: () => ensureStorage(storage), queues: new StorageQueues(storage) };
}

/** Puts a message in, so that there is something to lose. */
async function write(connectionString: string): Promise<void> {
  const { ensure, queues } = queuesOf(connectionString);
  await ensure();
  await queues.send('alerts', { scanId: 's1' });
}

const messages = (connectionString: string) => queuesOf(connectionString).queues.length('alerts');

describe('the embedded storage', () => {
  it('keeps what was written, once closed', async () => {
    const first = await embedAzurite({ folder });
    await write(first.connectionString);
    await first.close();
    expect(await readdir(folder)).not.toContain('azurite.json');

    const second = await embedAzurite({ folder });
    expect(await messages(second.connectionString)).toBe(1);
    await second.close();
  });

  it('keeps nothing in memory mode', async () => {
    const first = await embedAzurite({ folder, inMemory: true });
    await write(first.connectionString);
    await first.close();
    expect((await readdir(folder)).filter((name) => name.startsWith('__'))).toEqual([]);
  });

  it('is shared by all who use the folder, and stays until the last has gone', async () => {
    const [one, two] = [startClient(bundle, folder), startClient(bundle, folder)];
    const mine = await embedAzurite({ folder });
    expect(await one.connectionString).toBe(mine.connectionString);
    expect(await two.connectionString).toBe(mine.connectionString);
    await write(mine.connectionString);
    await Promise.all([one.end(), mine.close()]);
    expect(await messages(mine.connectionString)).toBe(1);
    await two.end();
  });

  it('survives kill -9 of the process that started it, and loses nothing', async () => {
    const starter = startClient(bundle, folder);
    await starter.connectionString;
    const other = await embedAzurite({ folder });
    await write(other.connectionString);
    await starter.kill();
    expect(await messages(other.connectionString)).toBe(1);
    await other.close();
  });

  it('writes its data and ends when its last user is killed', async () => {
    const user = startClient(bundle, folder);
    await write(await user.connectionString);
    await user.kill();
    await stateIsGone();
    const next = await embedAzurite({ folder });
    expect(await messages(next.connectionString)).toBe(1);
    await next.close();
  });

  it('comes back where it was killed itself', async () => {
    const first = await embedAzurite({ folder });
    process.kill((await state()).pid, 'SIGKILL');
    await first.close();
    const clients = [startClient(bundle, folder), startClient(bundle, folder), startClient(bundle, folder)];
    const strings = await Promise.all(clients.map(({ connectionString }) => connectionString));
    expect(new Set(strings).size).toBe(1);
    expect(strings[0]).not.toBe(first.connectionString);
    await Promise.all(clients.map((client) => client.end()));
  });

  it('replaces a state file that nobody answers to', async () => {
    const first = await embedAzurite({ folder });
    await first.close();
    // The number belongs to a living process, but not to one of ours.
    for (const stale of [{ pid: process.pid, controlPort: 9, token: 't' }, 'rubbish']) {
      await writeFile(stateFile(), JSON.stringify(stale));
      const again = await embedAzurite({ folder });
      await again.close();
    }
  });

  it('starts anew for one who comes while it is closing', async () => {
    const first = await embedAzurite({ folder });
    await write(first.connectionString);
    const [next] = await Promise.all([embedAzurite({ folder }), first.close()]);
    expect(await messages(next.connectionString)).toBe(1);
    await next.close();
  });

  it('is for this user only: folder, state file and account key', async () => {
    const storage = await embedAzurite({ folder });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    const key = /AccountKey=([^;]+)/.exec(storage.connectionString)?.[1] ?? '';
    expect(Buffer.from(key, 'base64')).toHaveLength(64);
    expect(await readFile(stateFile(), 'utf8')).not.toContain(key);
    await storage.close();

    const again = await embedAzurite({ folder });
    expect(again.connectionString).not.toContain(key);
    await again.close();
  });
});
