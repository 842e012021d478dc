import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeScript, StandIn } from './support/scripts.js';

const publicKey = (name: string) => `-----BEGIN PUBLIC KEY-----\n${name}\n-----END PUBLIC KEY-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const unlocked = {
  state: 'Unlocked',
  etag: 'the-etag',
  immutabilityPeriodSinceCreationInDays: 400,
  allowProtectedAppendWrites: true,
};

let standIn: StandIn;
beforeEach(async () => {
  standIn = await StandIn.create();
  await standIn.write('key.pem', publicKey('first'));
  await standIn.write('policy.json', JSON.stringify(unlocked));
  for (const [name, value] of [
    ['APPROVAL_KEY_ID', 'https://vault.example/keys/approvals/1'],
    ['AZURE_RESOURCE_GROUP', 'rg-night'],
    ['STORAGE_ACCOUNT_NAME', 'stnight'],
    ['AUDIT_ANCHOR_CONTAINER_NAME', 'audit-anchors'],
  ] as const)
    await standIn.write(`env/${name}`, value);
});
afterEach(() => standIn.close());

describeScript('pin-approval-key', (shell) => {
  const pin = (...args: string[]) => standIn.run(shell, 'pin-approval-key', args);
  const [add, dryRun] = [shell.option('add'), shell.option('dry-run')];
  const pinned = () => standIn.environment().APPROVAL_PUBLIC_KEYS;

  it('pins the public key of the vault once', async () => {
    expect(await pin()).toMatchObject({ code: 0, writes: [expect.stringContaining('env set')] });
    expect(pinned()).toBe(base64(publicKey('first')));
    expect(await pin()).toMatchObject({ code: 0, writes: [] });
  });

  it('does not pin another key unless it is told to, and then keeps the first', async () => {
    await pin();
    await standIn.write('key.pem', publicKey('second').replaceAll('\n', '\r\n'));
    expect(await pin()).toMatchObject({ code: 1, writes: [], shown: expect.stringContaining('Another key is pinned') });
    expect(await pin(add)).toMatchObject({ code: 0 });
    expect(pinned()).toBe(`${base64(publicKey('first'))},${base64(publicKey('second'))}`);
    expect(await pin()).toMatchObject({ code: 0, writes: [] });
  });

  it('writes nothing in a dry run, and shows what it would pin', async () => {
    for (const args of [[dryRun], [add, dryRun], [dryRun, add]])
      expect(await pin(...args)).toMatchObject({
        code: 0,
        writes: [],
        shown: expect.stringContaining(base64(publicKey('first'))),
      });
    expect(pinned()).toBeUndefined();
  });

  it('pins nothing where the vault refuses, and completes a run whose last step failed', async () => {
    await standIn.write('refuse');
    const refused = await pin();
    expect(refused).toMatchObject({ writes: [], shown: expect.stringContaining('Forbidden') });
    expect(refused.code).not.toBe(0);
    await standIn.remove('refuse');
    await standIn.write('refuse-azd');
    expect((await pin()).code).not.toBe(0);
    await standIn.remove('refuse-azd');
    expect(await pin()).toMatchObject({ code: 0 });
    expect(pinned()).toBe(base64(publicKey('first')));
  });

  it('pins nothing that is no public key, and nothing for an unknown argument', async () => {
    await standIn.write('key.pem', '-----BEGIN EC PRIVATE KEY-----\n');
    expect(await pin()).toMatchObject({ code: 1, writes: [] });
    await standIn.write('key.pem', publicKey('first'));
    for (const args of [[shell.option('ad-now')], [add, 'x'], ['x']])
      expect(await pin(...args)).toMatchObject({ code: 1, calls: [] });
    await standIn.remove('env/APPROVAL_KEY_ID');
    expect(await pin()).toMatchObject({ code: 1, shown: expect.stringContaining('APPROVAL_KEY_ID is not known') });
  });
});

describeScript('lock-anchors', (shell) => {
  const lock = (...args: string[]) => standIn.run(shell, 'lock-anchors', args);
  const [yes, dryRun] = [shell.option('yes'), shell.option('dry-run')];
  const stored = 'azd env set ANCHORS_LOCKED true';

  it('says what locking means, and locks only with --yes', async () => {
    const shown = await lock();
    expect(shown).toMatchObject({ code: 1, writes: [], shown: expect.stringContaining('cannot be undone') });
    expect(await lock(yes)).toMatchObject({
      code: 0,
      writes: [
        'az storage container immutability-policy lock --resource-group rg-night --account-name stnight --container-name audit-anchors --if-match the-etag --output none',
        stored,
      ],
    });
  });

  it('does not lock twice: the second run writes nothing', async () => {
    await lock(yes);
    for (const args of [[], [yes]]) expect(await lock(...args)).toMatchObject({ code: 0, writes: [] });
  });

  it('completes an interrupted run', async () => {
    await standIn.write('interrupt');
    const interrupted = await lock(yes);
    expect(interrupted.writes).toHaveLength(1);
    expect(interrupted.code).not.toBe(0);
    expect(await lock()).toMatchObject({ code: 0, writes: [stored] });
    expect(await lock()).toMatchObject({ code: 0, writes: [] });
  });

  it('writes nothing in a dry run, before and after an interrupted run', async () => {
    for (const args of [[dryRun], [yes, dryRun], [dryRun, yes]])
      expect(await lock(...args)).toMatchObject({ code: 0, writes: [], shown: expect.stringContaining('Not locked') });
    await standIn.write('policy.json', JSON.stringify({ ...unlocked, state: 'Locked' }));
    expect(await lock(dryRun)).toMatchObject({ code: 0, writes: [], shown: expect.stringContaining(stored) });
  });

  it('writes nothing where the account refuses', async () => {
    await standIn.write('refuse');
    const refused = await lock(yes);
    expect(refused).toMatchObject({ writes: [], shown: expect.stringContaining('Forbidden') });
    expect(refused.code).not.toBe(0);
  });

  it('does not lock a policy without appends, a container without a policy, or for an unknown argument', async () => {
    for (const args of [[shell.option('force')], [yes, 'now']])
      expect(await lock(...args)).toMatchObject({ code: 1, calls: [] });
    await standIn.write('policy.json', JSON.stringify({ ...unlocked, allowProtectedAppendWrites: false }));
    expect(await lock(yes)).toMatchObject({
      code: 1,
      writes: [],
      shown: expect.stringContaining('allowProtectedAppendWrites'),
    });
    await standIn.write('policy.json', JSON.stringify({ ...unlocked, state: null }));
    expect(await lock(yes)).toMatchObject({ code: 1, writes: [] });
  });
});

it('ShellCheck finds nothing in the shell scripts', () => {
  try {
    execFileSync('shellcheck', ['--version'], { stdio: 'ignore' });
  } catch {
    console.warn('ShellCheck is not installed: the shell scripts were NOT checked.');
    return;
  }
  const names = readdirSync('infra/scripts', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sh'),
  );
  const files = names.map((name) => `infra/scripts/${name}`);
  expect(execFileSync('shellcheck', ['-x', '-P', '.', ...files, '.ci/run'], { encoding: 'utf8' })).toBe('');
});
