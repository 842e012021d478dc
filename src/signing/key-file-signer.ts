import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StatementSigner } from '../jobs/ports/index.js';
import { signedBytes } from '../model/remediation/signed-statement.js';
import { publicKeyName, publicKeysIn, unusableKeyFile } from './public-key-file.js';

const privateName = 'approval-key.pem';

/**
 * Signs with a key file on this machine, which only its user can read. The first use creates it.
 * @param folder of the file `approval-key.pem`, and of the public key beside it
 */
export function createKeyFileSigner(folder: string): StatementSigner {
  return {
    async sign(statement) {
      const key = await privateKeyIn(folder);
      const signature = sign('sha256', signedBytes(statement), { key, dsaEncoding: 'ieee-p1363' });
      return { statement, keyId: thumbprintOf(createPublicKey(key)), signature: signature.toString('base64url') };
    },
  };
}

async function privateKeyIn(folder: string): Promise<KeyObject> {
  const file = path.join(folder, privateName);
  try {
    const text = (await readFile(file, 'utf8').catch(unlessMissing)) ?? (await createKeyFile(folder, file));
    await assertPrivate(file);
    const key = createPrivateKey(text);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('The file contains no P-256 key.');
    await publish(folder, key);
    return key;
  } catch (error) {
    throw unusableKeyFile(file, error);
  }
}

/**
 * Creates the key. Of two processes one wins, because a link to a complete file is created only where there is none; the
 * other uses the key of the winner.
 * @returns the key that is in the file, PKCS #8 as PEM
 */
async function createKeyFile(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file).catch(unlessExists);
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(file, 'utf8');
}

/** Writes the public key, which the executor verifies with, so that it never opens the private key. */
async function publish(folder: string, key: KeyObject): Promise<void> {
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  if (publicKeysIn(folder)[0] === pem) return;
  const draft = path.join(folder, `${publicKeyName}.${randomUUID()}`);
  await writeFile(draft, pem, { flag: 'wx', mode: 0o600 });
  await rename(draft, path.join(folder, publicKeyName));
}

/** Windows has no such modes. */
async function assertPrivate(file: string): Promise<void> {
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new Error(`Its mode is ${(mode & 0o777).toString(8)}, so other users of this machine could read it.`);
}

/** The thumbprint of a public key. Source: RFC 7638 (the members of an EC key, in this order). */
function thumbprintOf(key: KeyObject): string {
  const { crv, kty, x, y } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function unlessExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
