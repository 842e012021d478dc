import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const publicKey = (name: string) => `-----BEGIN PUBLIC KEY-----\n${name}\n-----END PUBLIC KEY-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

let folder = '';
const inFolder = (name: string) => path.join(folder, name);
const read = (name: string) => readFile(inFolder(name), 'utf8').catch(() => '');

/** `az` and `azd` that keep their state in files of a folder: the key of the vault, the policy and the azd environment. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-scripts-'));
  await program(
    'az',
    `case "$*" in
  'keyvault key download --id https://vault.example/keys/approvals/1 --encoding PEM --file '*) cp '${inFolder('key.pem')}' "$9" ;;
  *'immutability-policy show'*'--query state'*) cat '${inFolder('state')}' ;;
  *'immutability-policy show'*'--query etag'*) echo the-etag ;;
  *'immutability-policy show'*'--query immutabilityPeriod'*) echo 400 ;;
  *'immutability-policy show'*'--query allowProtectedAppendWrites'*) cat '${inFolder('appends')}' ;;
  *'immutability-policy lock'*'--if-match the-etag'*) echo Locked >'${inFolder('state')}' ;;
  *) echo "unexpected: $*" >&2; exit 9 ;;
esac`,
  );
  await program(
    'azd',
    `case "$*" in
  'env get-value '*) cat '${folder}'"/env-$3" 2>/dev/null || exit 1 ;;
  'env set '*) printf %s "$4" >'${folder}'"/env-$3" ;;
  *) exit 9 ;;
esac`,
  );
  await writeFile(inFolder('key.pem'), publicKey('first'));
  await writeFile(inFolder('env-APPROVAL_KEY_ID'), 'https://vault.example/keys/approvals/1');
  for (const [name, value] of [
    ['AZURE_RESOURCE_GROUP', 'rg-night'],
    ['STORAGE_ACCOUNT_NAME', 'stnight'],
    ['AUDIT_ANCHOR_CONTAINER_NAME', 'audit-anchors'],
  ] as const)
    await writeFile(inFolder(`env-${name}`), value);
  await writeFile(inFolder('state'), 'Unlocked\n');
  await writeFile(inFolder('appends'), 'true\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, body: string): Promise<void> {
  await writeFile(inFolder(name), `#!/bin/sh\necho "${name} $*" >>'${inFolder('calls')}'\n${body}\n`);
  await chmod(inFolder(name), 0o755);
}

/** Runs a script, and gives its exit code, what it printed, and the calls that changed something. */
async function script(name: string, ...args: string[]) {
  await rm(inFolder('calls'), { force: true });
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { code = 0, stderr } = await run('sh', [`infra/scripts/${name}`, ...args], { env }).catch((error) => error);
  const calls = (await read('calls')).split('\n').filter(Boolean);
  return { code, stderr, writes: calls.filter((call) => / (lock|set) /.test(call)) };
}

describe('pin-approval-key.sh', () => {
  const pinned = () => read('env-APPROVAL_PUBLIC_KEYS');

  it('pins the public key of the vault once', async () => {
    expect(await script('pin-approval-key.sh')).toMatchObject({
      code: 0,
      writes: [expect.stringContaining('env set')],
    });
    expect(await pinned()).toBe(base64(publicKey('first')));
    expect(await script('pin-approval-key.sh')).toMatchObject({ code: 0, writes: [] });
  });

  it('does not pin another key unless it is told to, and then keeps the first', async () => {
    await script('pin-approval-key.sh');
    await writeFile(inFolder('key.pem'), publicKey('second'));
    const refused = await script('pin-approval-key.sh');
    expect(refused).toMatchObject({ code: 1, writes: [], stderr: expect.stringContaining('Another key is pinned') });
    expect(await script('pin-approval-key.sh', '--add')).toMatchObject({ code: 0 });
    expect(await pinned()).toBe(`${base64(publicKey('first'))},${base64(publicKey('second'))}`);
    expect(await script('pin-approval-key.sh')).toMatchObject({ code: 0, writes: [] });
  });

  it('pins nothing that is no public key, and nothing for an unknown argument', async () => {
    await writeFile(inFolder('key.pem'), '-----BEGIN EC PRIVATE KEY-----\n');
    expect(await script('pin-approval-key.sh')).toMatchObject({ code: 1, writes: [] });
    expect(await script('pin-approval-key.sh', '--ad')).toMatchObject({ code: 1, writes: [] });
    expect(await script('pin-approval-key.sh', '--add', 'x')).toMatchObject({ code: 1, writes: [] });
    await rm(inFolder('env-APPROVAL_KEY_ID'));
    expect(await script('pin-approval-key.sh')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('APPROVAL_KEY_ID is not known'),
    });
  });
});

describe('lock-anchors.sh', () => {
  it('says what locking means, and locks only with --yes', async () => {
    const shown = await script('lock-anchors.sh');
    expect(shown).toMatchObject({ code: 1, writes: [], stderr: expect.stringContaining('cannot be undone') });
    expect(await script('lock-anchors.sh', '--yes')).toMatchObject({
      code: 0,
      writes: [
        'az storage container immutability-policy lock --resource-group rg-night --account-name stnight --container-name audit-anchors --if-match the-etag --output none',
        'azd env set ANCHORS_LOCKED true',
      ],
    });
  });

  it('does not lock twice, and completes an interrupted run', async () => {
    await writeFile(inFolder('state'), 'Locked\n');
    for (const args of [[], ['--yes']])
      expect(await script('lock-anchors.sh', ...args)).toMatchObject({
        code: 0,
        writes: ['azd env set ANCHORS_LOCKED true'],
      });
  });

  it('does not lock a policy without appends, a container without a policy, or for an unknown argument', async () => {
    expect(await script('lock-anchors.sh', '--force')).toMatchObject({ code: 1, writes: [] });
    await writeFile(inFolder('appends'), 'false\n');
    expect(await script('lock-anchors.sh', '--yes')).toMatchObject({
      code: 1,
      writes: [],
      stderr: expect.stringContaining('allowProtectedAppendWrites'),
    });
    await writeFile(inFolder('state'), '\n');
    expect(await script('lock-anchors.sh', '--yes')).toMatchObject({ code: 1, writes: [] });
  });
});
