import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import type { Statement } from '../../src/model/remediation/signed-statement.js';
import { environment } from '../../src/runtime.js';
import { createKeyVaultSigner } from '../../src/signing/key-vault-signer.js';
import { createVerifier } from '../../src/signing/verifier.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop();
});
afterEach(() => laptop.close());

const statement: Statement & { text: string } = { kind: 'approval', text: 'Überprüft' };
const vault = () => laptop.simulator.keyVault;
const signer = () =>
  createKeyVaultSigner({
    keyUrl: vault().keyUrl,
    credential: createCredential({ environment, simulated: true }),
    simulated: true,
  });
const requests = () =>
  laptop.simulator.requests
    .filter(({ path }) => path.startsWith('/keys'))
    .map(({ method, status }) => [method, status]);

describe('a signature of Key Vault', () => {
  it('is made after a challenge, and a pinned public key verifies it', async () => {
    const signed = await signer().sign(statement);
    expect(signed).toMatchObject({ statement, keyId: vault().keyUrl });
    expect(createVerifier(() => vault().publicKeys).rejectionOf(signed)).toBeUndefined();
    expect(requests()).toEqual([
      ['GET', 401],
      ['GET', 200],
      ['POST', 200],
    ]);
  });

  it('needs only the right to sign', async () => {
    vault().permissions.get.clear();
    const signed = await signer().sign(statement);
    expect(createVerifier(() => vault().publicKeys).rejectionOf(signed)).toBeUndefined();
  });

  it('is refused without the right to sign, with the role that is missing', async () => {
    vault().permissions.sign.clear();
    await expect(signer().sign(statement)).rejects.toMatchObject({
      code: 'signing-unavailable',
      message: expect.stringContaining('HTTP 403'),
      remedy: expect.stringContaining('Key Vault Crypto User'),
    });
  });

  it('is made in spite of a vault that is busy for a moment', async () => {
    laptop.simulator.order({ kind: 'status', status: 503, times: 1, match: { method: 'POST', path: /sign/ } });
    await expect(signer().sign(statement)).resolves.toMatchObject({ statement });
    expect(requests().map(([, status]) => status)).toContain(503);
  });

  it('verifies with the old key after a rotation, as long as that is pinned', async () => {
    const [old = ''] = vault().publicKeys;
    const before = await signer().sign(statement);
    vault().rotate();
    const after = await signer().sign(statement);
    expect(after.keyId).not.toBe(before.keyId);
    expect(createVerifier(() => [old]).rejectionOf(before)).toBeUndefined();
    expect(createVerifier(() => [old]).rejectionOf(after)).toContain('matches none of the 1 pinned');
    expect(createVerifier(() => vault().publicKeys).rejectionOf(before)).toBeUndefined();
  });

  it('does not fit a statement that was changed', async () => {
    const signed = await signer().sign(statement);
    const verifier = createVerifier(() => vault().publicKeys);
    expect(verifier.rejectionOf({ ...signed, statement: { ...statement, kind: 'pause' } })).toContain(
      'matches none of',
    );
    expect(verifier.rejectionOf({ ...signed, signature: `${signed.signature}=` })).toContain('matches none of');
    expect(verifier.rejectionOf({ ...signed, signature: '' })).toContain('matches none of');
    expect(createVerifier(() => []).rejectionOf(signed)).toContain('No public key is configured');
  });
});

it('a real vault is never reached without https, and its challenge must be of its domain', async () => {
  const credential = createCredential({ environment, simulated: true });
  const real = createKeyVaultSigner({ keyUrl: vault().keyUrl, credential, simulated: false });
  await expect(real.sign(statement)).rejects.toMatchObject({ code: 'signing-unavailable' });
  expect(requests()).toEqual([]);
});
