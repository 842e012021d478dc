import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConsentinelError } from '../model/errors.js';

const inventoryKeyName = 'inventory-key';
const keyBytes = 32;

/**
 * The key of the inventory in a file that only its user can read. The first use creates it. Of two processes one wins,
 * because a link to a complete file is created only where there is none.
 * @param folder of the file `inventory-key`
 * @throws ConsentinelError `config-invalid` for a file that cannot be used
 */
export async function inventoryKeyIn(folder: string): Promise<Buffer> {
  const file = path.join(folder, inventoryKeyName);
  try {
    const text = (await readFile(file, 'utf8').catch(unless('ENOENT'))) ?? (await createKeyFile(folder, file));
    const { mode } = await stat(file);
    // Windows has no such modes.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new Error(`Its mode is ${(mode & 0o777).toString(8)}, so other users of this machine could read it.`);
    const key = Buffer.from(text, 'base64');
    if (key.length < keyBytes) throw new Error(`It contains fewer than ${keyBytes} bytes.`);
    return key;
  } catch (error) {
    throw new ConsentinelError(
      'config-invalid',
      `The key file ${file} cannot be used: ${(error as Error).message}`,
      'Make the folder writable, or delete the file: the next scan creates a new key, and earlier checkpoints do not count any more.',
    );
  }
}

async function createKeyFile(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, randomBytes(keyBytes).toString('base64'), { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(file, 'utf8');
}

function unless(code: string) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== code) throw error;
  };
}
