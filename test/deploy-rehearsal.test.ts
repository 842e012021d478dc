import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../src/local/demo-tenant.js';
import { anApp } from '../src/rules/testing/cases.js';
import { GraphDirectory } from './support/graph-directory.js';
import { aLaptop } from './support/laptop.js';
import { describeOnPosix } from './support/left-out.js';
import { runFunctions } from './support/run-function.js';
import { StandIn } from './support/scripts.js';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const run = promisify(execFile);
const roles: Record<'reader' | 'web' | 'remediator' | 'remediatorWithReviewers', string[]> =
  json('infra/graph-roles.json');

/** What `azd provision` stores in its environment: the outputs of the template. */
const outputs = {
  AZURE_TENANT_ID: 'the-tenant',
  AZURE_RESOURCE_GROUP: 'rg-night',
  READER_PRINCIPAL_ID: 'the-reader',
  WEB_PRINCIPAL_ID: 'the-web-app',
  REMEDIATOR_PRINCIPAL_ID: 'the-remediator',
  SERVICE_WEB_ENDPOINT: 'https://app.example',
  STORAGE_ACCOUNT_NAME: 'stnight',
  AUDIT_ANCHOR_CONTAINER_NAME: 'audit-anchors',
  APPROVAL_KEY_ID: 'https://vault.example/keys/approvals/1',
  KEY_VAULT_NAME: 'kv-night',
};

let standIn: StandIn;
let directory: GraphDirectory;
/** What the rehearsal printed. */
let printed = '';
/** Every call of `az` and `azd`, in order. */
let calls: string[] = [];
/** How often a build had removed a file that another one uses. */
let missing = 0;
describeOnPosix('a rehearsal of docs/deploy.md', () => {
  beforeAll(async () => {
    directory = new GraphDirectory([...new Set(Object.values(roles).flat())]);
    for (const id of ['the-reader', 'the-web-app', 'the-remediator']) directory.addPrincipal(id);
    standIn = await StandIn.create();
    standIn.az.graph = await directory.start();
    await mkdir(standIn.at('uploaded'));
    await standIn.write('key.pem', '-----BEGIN PUBLIC KEY-----\nkey\n-----END PUBLIC KEY-----\n');
    const policy = { state: 'Unlocked', etag: 'e', immutabilityPeriodSinceCreationInDays: 400 };
    await standIn.write('policy.json', JSON.stringify({ ...policy, allowProtectedAppendWrites: true }));
    await standIn.write(
      'outputs',
      Object.entries(outputs)
        .map((entry) => entry.join(' '))
        .join('\n'),
    );
    // `up` provisions, runs the hook of azure.yaml, packages in azd's order, and uploads to a folder.
    await standIn.write(
      'bin/azd',
      `#!/bin/sh
echo "azd $*" >>'${standIn.at('calls')}'
here='${standIn.folder}'
provision() {
  while read -r name value || [ -n "$name" ]; do
    case $name in REMEDIATOR_*) [ "$(cat "$here/env/ENABLE_REMEDIATION" 2>/dev/null)" = true ] || continue ;; esac
    printf %s "$value" >"$here/env/$name"
  done <"$here/outputs"
  for name in "$here"/env/*; do export "$(basename "$name")=$(cat "$name")"; done
  sh infra/scripts/next-steps.sh
}
case "$*" in
  'auth login') ;;
  'env new '*) printf %s "$3" >"$here/env/AZURE_ENV_NAME" ;;
  'env get-value '*) cat "$here/env/$3" 2>/dev/null || { echo "ERROR: key '$3' not found"; exit 1; } ;;
  'env set '*) printf %s "$4" >"$here/env/$3" ;;
  provision) provision ;;
  up) provision && rm -rf "$here"/uploaded/* && '${process.execPath}' test/support/azd-package.mjs "$here/uploaded" >"$here/services" ;;
  *) echo "unexpected: azd $*"; exit 9 ;;
esac
`,
    );
    await chmod(standIn.at('bin/azd'), 0o755);
    const watch = setInterval(() => {
      if (!existsSync('dist/cli.js')) missing++;
    }, 20);
    const rehearsal = ['scripts/rehearse-deploy.js', '--bin', standIn.at('bin')];
    const { stdout } = await run(process.execPath, rehearsal, { maxBuffer: 2 ** 26 }).finally(() =>
      clearInterval(watch),
    );
    printed = stdout;
    calls = readFileSync(standIn.at('calls'), 'utf8').split('\n').filter(Boolean);
  }, 300_000);
  afterAll(async () => {
    directory.stop();
    await standIn.close();
  });

  describe('the steps of docs/deploy.md', () => {
    it('run one after the other, and none is unknown', () => {
      expect(printed.match(/^\$ /gm)?.length).toBeGreaterThan(15);
      expect(calls.filter((call) => call.startsWith('azd up'))).toHaveLength(2);
    });

    it('grant each identity its permissions, and users their roles', () => {
      const held = (principal: string) =>
        directory.assignments.filter(({ principalId }) => principalId === principal).map(({ appRoleId }) => appRoleId);
      const ids = (names: string[]) => names.map((name) => `id-of-${name}`);
      expect(held('the-reader')).toEqual(ids(roles.reader));
      expect(held('the-web-app')).toEqual(ids(roles.web));
      expect(held('the-remediator')).toEqual(ids(roles.remediator));
      expect(held('a-user')).toHaveLength(2);
    });

    it('register the page, pin the key, request the first scan and lock the anchors', () => {
      const { appId } = directory.applications.get('consentinel-consentinel') ?? {};
      expect(standIn.environment()).toMatchObject({
        AUTH_CLIENT_ID: appId,
        ENABLE_REMEDIATION: 'true',
        ANCHORS_LOCKED: 'true',
        APPROVAL_PUBLIC_KEYS: expect.stringMatching(/./),
      });
      expect(calls).toContainEqual(expect.stringContaining('az storage message put'));
      expect(json(standIn.at('policy.json')).state).toBe('Locked');
    });
  });

  it('azd packages every service of azure.yaml, the remediator only where it is enabled', () => {
    const services: Record<string, string>[] = json(standIn.at('services'));
    expect(services.map(({ name }) => name)).toEqual(['scanner', 'web', 'remediator']);
    for (const { condition: _, ...service } of services) expect(Object.values(service)).not.toContain('');
    expect(services.map(({ condition }) => condition)).toEqual(['', '', 'ENABLE_REMEDIATION']);
  });

  it('builds for several services at once: a file is replaced, never missing', async () => {
    expect(missing).toBe(0);
    const files = await readdir('dist');
    expect(files).toEqual(expect.arrayContaining(['cli.js', 'functions.js', 'functions-core.js', 'sqlite-worker.js']));
    expect(files.filter((file) => file.endsWith('.writing'))).toEqual([]);
  });

  it.each([
    ['scanner', ['alerts', 'alertsPoison', 'catchUp', 'health', 'nightlyScan', 'scanRequests', 'scanRequestsPoison']],
    ['web', ['web']],
    ['remediator', ['remediations', 'remediationsPoison']],
  ])('the uploaded package of %s loads its functions in a folder without anything else', async (app, names) => {
    const { functions } = await runFunctions([], {}, path.join(standIn.at('uploaded'), app, 'functions.js'));
    expect(Object.keys(functions).sort()).toEqual(names);
    const files = await readdir(path.join(standIn.at('uploaded'), app));
    expect(files).not.toContain('node_modules');
    const always = ['LICENSE', 'THIRD_PARTY_NOTICES.txt', 'app.js', 'functions.js', 'host.json', 'package.json'];
    expect(files).toEqual(expect.arrayContaining([...always, 'sbom.cdx.json']));
  });

  it('the message of step 5 lets the uploaded scanner scan', async () => {
    const [, content = ''] = /--content (\{.*\})/.exec(calls.find((call) => call.includes('message put')) ?? '') ?? [];
    const tenant = { ...simulatedTenantOf([anApp('Payroll')]), id: randomUUID() };
    const laptop = await aLaptop({ tenant }, { TENANT_ID: tenant.id });
    try {
      const entry = path.join(standIn.at('uploaded'), 'scanner', 'functions.js');
      const { invocations } = await runFunctions(
        [{ name: 'scanRequests', data: { json: content } }],
        laptop.settings,
        entry,
      );
      expect(invocations).toMatchObject([{ ok: true }]);
      expect(JSON.parse(invocations[0]?.logs.at(-1) ?? '{}')).toMatchObject({
        event: 'scan-finished',
        scanId: 'first',
        status: 'complete',
      });
    } finally {
      await laptop.close();
    }
  });
});
