import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { createKeyFileSigner } from '../../src/signing/key-file-signer.js';
import { publicKeysIn } from '../../src/signing/public-key-file.js';
import { createVerifier } from '../../src/signing/verifier.js';
import { ownerOnly } from '../support/bare-environment.js';
import { itOnPosix } from '../support/left-out.js';

let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'consentinel-key-')), 'new');
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

const statement = { kind: 'approval' } as const;
const modeOf = async (name: string) => (await stat(path.join(folder, name))).mode & 0o777;

describe('the key file', () => {
  it('is created on first use, readable by its user only, with the public key beside it', async () => {
    const verifier = createVerifier(() => publicKeysIn(folder));
    expect(publicKeysIn(folder)).toEqual([]);
    const signed = await createKeyFileSigner(folder).sign(statement);
    expect(verifier.rejectionOf(signed)).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(['approval-key.pem', 'approval-key.pub.pem']);
    expect(await modeOf('approval-key.pem')).toBe(ownerOnly);
    expect(publicKeysIn(folder).join()).not.toContain('PRIVATE');
  });

  it('is the same for processes that create it at the same time', async () => {
    const signers = Array.from({ length: 12 }, () => createKeyFileSigner(folder));
    const signed = await Promise.all(signers.map((signer) => signer.sign(statement)));
    expect(new Set(signed.map(({ keyId }) => keyId)).size).toBe(1);
    const verifier = createVerifier(() => publicKeysIn(folder));
    expect(signed.map((one) => verifier.rejectionOf(one)).filter(Boolean)).toEqual([]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('is used again later', async () => {
    const first = await createKeyFileSigner(folder).sign(statement);
    const text = await readFile(path.join(folder, 'approval-key.pem'), 'utf8');
    expect((await createKeyFileSigner(folder).sign(statement)).keyId).toBe(first.keyId);
    expect(await readFile(path.join(folder, 'approval-key.pem'), 'utf8')).toBe(text);
  });

  itOnPosix('is not used if other users could read it', async () => {
    await createKeyFileSigner(folder).sign(statement);
    await chmod(path.join(folder, 'approval-key.pem'), 0o644);
    await expect(createKeyFileSigner(folder).sign(statement)).rejects.toMatchObject({
      code: 'signing-unavailable',
      message: expect.stringContaining('644'),
    });
  });
});

describe('the settings of approvals', () => {
  const publicPem = async () => {
    await createKeyFileSigner(folder).sign(statement);
    return publicKeysIn(folder)[0] ?? '';
  };
  const keysOf = (APPROVAL_PUBLIC_KEYS: string) => readConfig({ APPROVAL_PUBLIC_KEYS }).approvals.publicKeys;

  it('accept a public key in each documented form', async () => {
    const { createPublicKey } = await import('node:crypto');
    const pem = await publicPem();
    const key = createPublicKey(pem);
    const jwk = key.export({ format: 'jwk' });
    const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
    const der = key.export({ format: 'der', type: 'spki' });
    const forms = [pem, base64(pem), base64(der), JSON.stringify(jwk), JSON.stringify({ keys: [jwk] })];
    const hsm = JSON.stringify({ keys: [{ ...jwk, kty: 'EC-HSM' }] });
    for (const form of [...forms, hsm, `${base64(pem)}, ${base64(der)}`]) expect(keysOf(form)).toEqual([pem]);
  });

  it('reject a private key without showing it', async () => {
    await publicPem();
    const secret = await readFile(path.join(folder, 'approval-key.pem'), 'utf8');
    for (const value of [secret, Buffer.from(secret).toString('base64')]) {
      expect(() => keysOf(value)).toThrow(/private key. Never put a private key into a setting/);
      expect(() => keysOf(value)).not.toThrow(value.slice(40, 80));
    }
  });

  it.each(['x', '{}', '{"keys":[]}', Buffer.from('nothing').toString('base64')])('reject %s', (value) => {
    expect(() => keysOf(value)).toThrow(/APPROVAL_PUBLIC_KEYS/);
  });

  it.each([
    'https://vault.azure.net',
    'http://vault.azure.net/keys/a/0123456789abcdef0123456789abcdef',
    'https://my.vault.azure.net/keys/approvals',
    'http://127.0.0.1:1/keys/approvals/0123456789abcdef0123456789abcdef',
  ])('reject the signing key %s', (APPROVAL_SIGNING_KEY) => {
    expect(() => readConfig({ APPROVAL_SIGNING_KEY })).toThrow(/APPROVAL_SIGNING_KEY/);
  });
});
