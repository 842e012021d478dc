import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { settingNames, settings } from '../src/config.js';
import { line, scanLine } from '../src/functions/log-lines.js';
import { queueNames } from '../src/jobs/ports/index.js';
import { directoryPermission, permissionsOf } from '../src/model/rule/permissions.js';
import { blankScan } from '../src/model/scan/scan.js';
import { overdueAfterHours } from '../src/model/scan/scan-freshness.js';
import { rules } from '../src/rules/index.js';
import { appRoles } from '../src/web/auth/app-service.js';
import { healthPath } from '../src/web/auth/health-path.js';
import {
  type BicepFile,
  bodyOf,
  type Declaration,
  faultsOf,
  fileOf,
  keysOf,
  nodesOf,
  parseBicep,
  propertyOf,
  unknownNames,
} from './support/bicep.js';

const run = promisify(execFile);
const text = (file: string) => readFileSync(file, 'utf8');
const json = (file: string) => JSON.parse(text(file));
const names = readdirSync('infra', { recursive: true, encoding: 'utf8' }).map((name) => path.join('infra', name));
const bicepNames = names.filter((name) => name.endsWith('.bicep')).sort();
const sorted = (items: Iterable<string>) => [...new Set(items)].sort();

const files = new Map<string, BicepFile>();
const fileNamed = (name: string): BicepFile => {
  const found = files.get(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};
const declared = (name: string, kind: Declaration['kind']) =>
  fileNamed(name).declarations.filter((declaration) => declaration.kind === kind);
/** The members of each alert rule in Bicep. */
function alertRules(): Map<string, string>[] {
  const list = declared(path.join('infra', 'app', 'alerts.bicep'), 'var').find(({ name }) => name === 'rules');
  const array = [...(list ? nodesOf(list.node) : [])].find(({ type }) => type === 'array');
  const objects = array?.namedChildren.filter((child) => child?.type === 'object') ?? [];
  return objects.flatMap((object) =>
    object ? [new Map(keysOf(object).map((key) => [key, propertyOf(object, key)?.text ?? '']))] : [],
  );
}
beforeAll(async () => {
  for (const name of bicepNames) files.set(name, await parseBicep(name));
});

describe.each(bicepNames)('%s', (name) => {
  it('parses as Bicep', () => {
    expect(faultsOf(fileNamed(name))).toEqual([]);
  });

  it('uses declared names only, and declares no unused name', () => {
    const file = fileNamed(name);
    expect(unknownNames(file)).toEqual([]);
    const unused = [...declared(name, 'param'), ...declared(name, 'var')].filter(
      (declaration) => file.text.match(new RegExp(`\\b${declaration.name}\\b`, 'g'))?.length === 1,
    );
    expect(unused.map((declaration) => declaration.name)).toEqual([]);
  });

  it('passes required parameters to each module, and reads outputs that exist', () => {
    for (const module of declared(name, 'module')) {
      const target = fileOf(fileNamed(name), module);
      const given = propertyOf(bodyOf(module), 'params');
      const params = declared(target, 'param');
      const needed = params.filter(({ node }) => !/=/.test(node.text.replace(/@\w+\([^)]*\)/g, '')));
      expect(params.map((param) => param.name)).toEqual(expect.arrayContaining(given ? keysOf(given) : []));
      expect(given ? keysOf(given) : []).toEqual(expect.arrayContaining(needed.map((param) => param.name)));
      const outputs = declared(target, 'output').map((output) => output.name);
      const read = fileNamed(name).text.matchAll(new RegExp(`\\b${module.name}\\.outputs\\.(\\w+)`, 'g'));
      for (const [, output] of read) expect(outputs).toContain(output);
    }
  });

  it('uses plain resources: it compiles without a download', () => {
    expect(fileNamed(name).text).not.toMatch(/'(br|ts)[:/]/);
    expect(/^extension /m.test(fileNamed(name).text)).toBe(name === path.join('infra', 'graph', 'main.bicep'));
  });

  it('uses no shared key and outputs no secret', () => {
    const { text: source } = fileNamed(name);
    expect(source).not.toMatch(
      /list(Keys|Secrets|AccountSas|ServiceSas|HostKeys)?\(|AccountKey|SharedAccess|\bsecrets\[/i,
    );
    for (const { node } of declared(name, 'output')) {
      expect(node.text).not.toMatch(/connectionString|password|secret|token|instrumentationKey|settings/i);
    }
  });
});

describe('infra/', () => {
  const main = path.join('infra', 'main.bicep');
  const app = path.join('infra', 'app', 'function-app.bicep');

  it('receives parameters from azd by existing names', () => {
    const params = declared(main, 'param').map(({ name }) => name);
    const { parameters } = json('infra/main.parameters.json');
    expect(params).toEqual(expect.arrayContaining(Object.keys(parameters)));
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(['environmentName', 'location']));
  });

  it('describes every parameter of an entry point', () => {
    for (const name of [main, path.join('infra', 'graph', 'main.bicep')]) {
      const { text: source } = fileNamed(name);
      for (const param of declared(name, 'param')) {
        const before = source.slice(0, source.search(new RegExp(`^param ${param.name}\\b`, 'm')));
        expect(before.slice(before.lastIndexOf('\n\n'))).toContain('@description(');
      }
    }
  });

  it('names resources with the abbreviations of azd, and uses all of them', () => {
    const used = [...fileNamed(main).text.matchAll(/\babbreviations\.(?!json)(\w+)/g)].map(([, name]) => name ?? '');
    expect(sorted(used)).toEqual(Object.keys(json('infra/abbreviations.json')).sort());
  });

  it('sets the declared settings, and no others', () => {
    const variables = declared(app, 'var').filter(({ name }) => /Settings$/.test(name) && name !== 'givenSettings');
    const inBicep = variables.flatMap(({ node }) =>
      [...nodesOf(node)].filter(({ type }) => type === 'object').flatMap((object) => keysOf(object)),
    );
    const given = Object.keys(json('infra/main.parameters.json').parameters.settings.value);
    const hostOnly =
      /^(AzureWebJobsStorage__(credential|blobServiceUri)|AzureWebJobsDisableHomepage|WEBSITE_AUTH_\w+|OVERRIDE_\w+)$/;
    const own = sorted([...inBicep, ...given].filter((name) => !hostOnly.test(name)));
    expect(own.filter((name) => !settingNames.includes(name))).toEqual([]);
    // Azure sets the identity endpoint and the sign-in. Shared keys are off. REMEDIATION is for the command line.
    const notInAzure = [
      'IDENTITY_ENDPOINT',
      'IDENTITY_HEADER',
      'AzureWebJobsStorage',
      'AzureWebJobsStorage__accountName',
      'REMEDIATION',
      'WEBSITE_AUTH_ENABLED',
    ];
    expect(sorted([...own, ...notInAzure])).toEqual([...settingNames].sort());
    expect(own.filter((name) => notInAzure.includes(name))).toEqual([]);
    const notDeployed = settings.filter(({ deployed }) => !deployed);
    expect(notDeployed.map(({ name }) => name).sort()).toEqual(notInAzure.sort());
    for (const name of given) {
      expect(json('infra/main.parameters.json').parameters.settings.value[name]).toBe(`\${${name}=}`);
    }
  });

  it('describes existing settings', () => {
    const descriptions = fileNamed(main).text.match(/^@description\(.*\)$/gm) ?? [];
    const described = descriptions.flatMap((description) => description.match(/\b[A-Z]+(_[A-Z]+)+\b/g) ?? []);
    expect(described.length).toBeGreaterThan(2);
    expect(described.filter((name) => !settingNames.includes(name))).toEqual([]);
  });

  it('keeps every secret setting in the key vault', () => {
    const ofChannels = settings.filter(({ secret, place }) => secret && place.includes('channels'));
    const secrets = ofChannels.map(({ name }) => name);
    expect(secrets).toEqual(settingNames.filter((setting) => /WEBHOOK/.test(setting)));
    for (const name of secrets) {
      const secret = name.toLowerCase().replaceAll('_', '-');
      expect(fileNamed(app).text).toContain(
        `${name}: '@Microsoft.KeyVault(SecretUri=\${vault.properties.vaultUri}secrets/${secret})'`,
      );
      expect(text('infra/main.parameters.json')).not.toContain(`"${name}"`);
    }
  });

  it('turns shared keys and local authentication off', () => {
    expect(fileNamed(path.join('infra', 'app', 'storage.bicep')).text).toContain('allowSharedKeyAccess: false');
    expect(fileNamed(path.join('infra', 'app', 'monitoring.bicep')).text).toContain('DisableLocalAuth: true');
    expect(fileNamed(app).text.match(/properties: \{ allow: false \}/g)).toHaveLength(2);
  });

  it('requires a sign-in on every path except the health probe', () => {
    const { text: source } = fileNamed(app);
    expect(source).toContain('requireAuthentication: true');
    expect(/excludedPaths: \[([^\]]*)\]/.exec(source)?.[1]?.trim()).toBe(`'${healthPath}'`);
  });

  it('uses the same limit for an overdue scan as the program', () => {
    const { text: source } = fileNamed(path.join('infra', 'app', 'alerts.bicep'));
    expect(source).toContain(
      `Complete = Finished between (ago(${overdueAfterHours}h) .. now(1h)) and Message contains '"event":"scan-finished"' and Message contains '"status":"complete"'`,
    );
  });

  const noCompleteScan = () => alertRules().find((rule) => rule.get('name') === "'consentinel-no-complete-scan'");

  it('alerts per tenant without a complete scan, after the longest possible scan', () => {
    const rule = noCompleteScan();
    expect(rule?.get('splitBy')).toBe("'Tenant'");
    const query = rule?.get('query') ?? '';
    const hours = Number(json('host.json').functionTimeout.split(':')[0]);
    expect(query).toMatch(
      new RegExp(
        `summarize Complete = countif\\(Complete\\), Since = min\\(TimeGenerated\\) by Tenant\n.*Complete == 0 and Since < ago\\(${hours}h\\)\n\\| project Tenant\n`,
      ),
    );
    const [, pattern = ''] = /extract\('([^']+)', 1, Message\)/.exec(query) ?? [];
    const about = { tenantId: 'a-tenant', id: 's1', requestedBy: 'timer', startedAt: '', since: '' };
    const scan = blankScan({ ...about, status: 'complete' });
    const errors = [{ code: 'graph-rejected', message: 'It holds "tenantId":"another".' }];
    for (const logged of [line('scan-requested', about), scanLine({ ...scan, errors })])
      expect(new RegExp(pattern).exec(logged)?.[1]).toBe('a-tenant');
    expect(scanLine(scan)).toContain('"status":"complete"');
    const [, finishedPattern = ''] = /todatetime\(extract\('([^']+)', 1, Message\)\)/.exec(query) ?? [];
    const finishedAt = '2026-11-24T02:03:00.000Z';
    expect(new RegExp(finishedPattern).exec(scanLine({ ...scan, finishedAt, errors }))?.[1]).toBe(finishedAt);
  });

  it('alerts too where no scan was requested, although no line exists', () => {
    expect(noCompleteScan()?.get('query')).toMatch(
      /\| union \(Lines \| summarize Seen = count\(\) \| where Seen == 0 \| project Tenant = '[^']+'\)\n/,
    );
  });

  it('splits an alert by a column of its query', () => {
    const { text: source } = fileNamed(path.join('infra', 'app', 'alerts.bicep'));
    expect(source).toContain("{ name: rule.splitBy, operator: 'Include', values: ['*'] }");
    for (const rule of alertRules()) {
      const column = rule.get('splitBy')?.replaceAll("'", '');
      if (column) expect(rule.get('query')).toContain(`project ${column}`);
    }
  });

  it('gives the reader its roles in Azure, and the remediator none', () => {
    const roles = fileNamed(path.join('infra', 'app', 'roles.bicep'));
    const principals = [...roles.text.matchAll(/principalId: (\w+)/g)].map(([, name]) => name ?? '');
    expect(sorted(principals)).toEqual(['deployerPrincipalId', 'readerPrincipalId']);
  });

  it('runs the built package: its runtime, its folder, its schedule', () => {
    const azd = text('azure.yaml');
    expect(azd).toMatch(/dist: dist\/azure\n\s+remoteBuild: false/);
    expect(azd).toContain('npm run package');
    expect(text('scripts/package.js')).toContain("path.join(values.out, 'azure')");
    expect(fileNamed(main).text).toContain("'azd-service-name': 'api'");
    expect(azd).toMatch(/^ {2}api:$/m);
    expect(fileNamed(app).text).toContain("runtime: { name: 'node', version: '22' }");
    expect(text('src/functions/nightly-scan.ts')).toContain("schedule: '%SCAN_SCHEDULE%'");
    expect(fileNamed(app).text).toContain('SCAN_SCHEDULE: scanSchedule');
  });

  it('runs one scan at a time on an instance', () => {
    const { batchSize, newBatchThreshold } = json('host.json').extensions.queues;
    expect(batchSize + newBatchThreshold).toBe(1);
    expect(json('host.json').concurrency).toBeUndefined();
  });

  it('connects queues with the prefix of the triggers', () => {
    const sources = readdirSync('src/functions').map((file) => text(path.join('src/functions', file)));
    const connections = sources.flatMap((source) =>
      [...source.matchAll(/connection: '(\w+)'/g)].map(([, name]) => name ?? ''),
    );
    expect(sorted(connections)).toEqual(['AzureWebJobsStorage']);
  });

  it('alerts on lines that the functions log, and on existing queues', () => {
    const source = fileNamed(path.join('infra', 'app', 'alerts.bicep')).text;
    const logged = readdirSync('src/functions')
      .map((file) => text(path.join('src/functions', file)))
      .join('\n');
    const events = [...source.matchAll(/"event":"([^"]+)"/g)].map(([, event]) => event ?? '');
    expect(sorted(events)).toEqual(['given-up', 'remediation', 'scan-finished', 'scan-requested']);
    for (const event of events) expect(logged).toContain(`line('${event}'`);
    const { excludedTypes } = json('host.json').logging.applicationInsights.samplingSettings;
    expect(excludedTypes.split(';')).toContain('Trace');
    for (const queue of Object.values(queueNames)) expect(`https://x/${queue}-poison/messages`).toMatch(/-poison\//);
    const operate = text('docs/operate.md');
    for (const [, heading] of source.matchAll(/See docs\/operate\.md, ([^.]+)\./g))
      expect(operate).toContain(`### ${heading}\n`);
  });
});

describe('the consents', () => {
  const roles: Record<'reader' | 'remediator', string[]> = json('infra/graph-roles.json');

  it('match the permissions that rules and remedies declare (npm run permissions)', () => {
    expect(roles.reader).toEqual(sorted([directoryPermission, ...rules.flatMap(permissionsOf)]));
    expect(roles.remediator).toEqual(sorted(rules.flatMap(({ remedy }) => remedy?.permission ?? [])));
    execFileSync(process.execPath, ['scripts/permissions.js', '--check']);
  });

  it('allow only the remediator to write', () => {
    for (const role of roles.reader) expect(role).toMatch(/^[A-Za-z]+\.Read\.[A-Za-z]+$/);
    for (const role of roles.remediator) expect(roles.reader).not.toContain(role);
    const file = path.join('infra', 'graph', 'main.bicep');
    const given = (name: string) => {
      const resource = declared(file, 'resource').find((declaration) => declaration.name === name);
      const loop = [...(resource ? nodesOf(resource.node) : [])].find(({ type }) => type === 'for_statement');
      const body = resource && bodyOf(resource);
      return [/ in (\w+)/.exec(loop?.text ?? '')?.[1], propertyOf(body, 'principalId')?.text];
    };
    expect(given('mayRead')).toEqual(['roles', 'readerPrincipalId']);
    expect(given('mayWrite')).toEqual(['remediatorRoles', 'remediatorPrincipalId']);
    expect(fileNamed(file).text).toContain('[for role in roles.reader: {');
    expect(fileNamed(file).text).toMatch(/var remediatorRoles = .*\[\] : roles\.remediator\n/);
  });

  it('register the app roles of the review page', () => {
    const values = json('infra/app-roles.json').map(({ value }: { value: string }) => value);
    expect(values.sort()).toEqual(Object.values(appRoles).sort());
    for (const value of values) expect(text('infra/scripts/grant-permissions.sh')).toContain(value);
  });

  it('explain every permission in docs/permissions.md', () => {
    const page = text('docs/permissions.md');
    for (const role of Object.values(roles).flat()) expect(page).toContain(`### ${role}\n`);
  });
});

describe.each([
  ['reader', 'READER_PRINCIPAL_ID'],
  ['remediator', 'REMEDIATOR_PRINCIPAL_ID'],
] as const)('grant-permissions.sh %s', (what, variable) => {
  const roles: string[] = json('infra/graph-roles.json')[what];

  it('shows each call and grants each role once', async () => {
    const { calls, shown } = await grant([what], { [variable]: 'the-principal' });
    const posts = calls.filter((call) => call.includes('--method post'));
    expect(posts.map((call) => /"appRoleId":"id-of-([^"]+)"/.exec(call)?.[1])).toEqual(roles);
    for (const call of posts) {
      expect(call).toContain('https://graph.example/v1.0/servicePrincipals/graph-id/appRoleAssignedTo');
      expect(call).toContain('"principalId":"the-principal"');
    }
    expect(shown.split('\n').filter((line) => line.startsWith('az rest'))).toHaveLength(calls.length - 1);
  });

  it('sends nothing in a dry run, and nothing for a granted role', async () => {
    const dry = await grant(['--dry-run', what], { [variable]: 'the-principal' });
    const again = await grant([what], { [variable]: 'the-principal', HELD: 'yes' });
    for (const { calls } of [dry, again]) expect(calls.filter((call) => call.includes('--method post'))).toEqual([]);
  });
});

it('grant-permissions.sh requires its input', async () => {
  await expect(grant(['reader'], {})).rejects.toMatchObject({ stderr: expect.stringContaining('READER_PRINCIPAL_ID') });
  await expect(grant(['everything'], {})).rejects.toMatchObject({
    stderr: expect.stringContaining('grant-permissions.sh'),
  });
});

it('grant-permissions.sh sign-in registers an application without a secret', async () => {
  const settings = {
    AZURE_ENV_NAME: 'night',
    READER_PRINCIPAL_ID: 'the-reader',
    SERVICE_API_ENDPOINT: 'https://app.example',
    AZURE_TENANT_ID: 'the-tenant',
  };
  const { calls, shown } = await grant(['sign-in'], settings);
  const bodies = calls
    .filter((call) => call.includes('--method post'))
    .map((call) => JSON.parse(/--body (.+) --query/.exec(call)?.[1] ?? ''));
  expect(bodies[0]).toMatchObject({
    appRoles: json('infra/app-roles.json'),
    web: { redirectUris: ['https://app.example/.auth/login/aad/callback'] },
  });
  expect(bodies[1]).toMatchObject({ subject: 'the-reader', issuer: 'https://login.example/the-tenant/v2.0' });
  expect(bodies[2]).toEqual({ appId: 'client-id', appRoleAssignmentRequired: true });
  expect(JSON.stringify(bodies)).not.toMatch(/password|secret/i);
  expect(shown).toContain('azd env set AUTH_CLIENT_ID client-id');
});

describe('grant-permissions.sh tenants', () => {
  const settings = { AZURE_ENV_NAME: 'night', READER_PRINCIPAL_ID: 'the-reader', AZURE_TENANT_ID: 'the-tenant' };
  const bodiesOf = (calls: readonly string[]) =>
    calls
      .filter((call) => call.includes('--method post'))
      .map((call) => JSON.parse(/--body (.+) --query/.exec(call)?.[1] ?? ''));

  it('registers a multi-tenant app without a secret, which trusts the reader and requests its permissions', async () => {
    const { calls, shown } = await grant(['tenants'], settings);
    const [app, trust, principal, ...grants] = bodiesOf(calls);
    const roles: string[] = json('infra/graph-roles.json').reader;
    const resourceAccess = roles.map((role) => ({ id: `id-of-${role}`, type: 'Role' }));
    expect(app).toMatchObject({
      signInAudience: 'AzureADMultipleOrgs',
      requiredResourceAccess: [{ resourceAppId: '00000003-0000-0000-c000-000000000000', resourceAccess }],
    });
    expect(trust).toEqual({
      name: 'reader',
      issuer: 'https://login.example/the-tenant/v2.0',
      subject: 'the-reader',
      audiences: ['api://AzureADTokenExchange'],
    });
    expect(principal).toMatchObject({ appId: 'client-id' });
    expect(grants.map(({ principalId, appRoleId }) => [principalId, appRoleId])).toEqual(
      roles.map((role) => ['principal-id', `id-of-${role}`]),
    );
    expect(JSON.stringify(bodiesOf(calls))).not.toMatch(/password|secret/i);
    expect(shown).toContain('azd env set MULTI_TENANT_CLIENT_ID client-id');
  });

  it('sends nothing in a dry run', async () => {
    expect(bodiesOf((await grant(['--dry-run', 'tenants'], settings)).calls)).toEqual([]);
  });
});

it('Bicep and the scripts register the same multi-tenant app', () => {
  const bicep = fileNamed(path.join('infra', 'graph', 'main.bicep')).text;
  for (const script of ['infra/scripts/grant-permissions.sh', 'infra/scripts/grant-permissions.ps1']) {
    for (const shared of ['consentinel-tenants-', 'AzureADMultipleOrgs', 'https://entra.microsoft.com/'])
      expect([script, text(script).includes(shared), bicep.includes(shared)]).toEqual([script, true, true]);
  }
  expect(bicep).toContain('var manyTenantsRoles = enableManyTenants ? roles.reader : []');
});

/** Runs the script with a fake `az`, which knows a small tenant and records its calls. */
async function grant(args: readonly string[], settings: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'consentinel-az-'));
  const log = path.join(folder, 'calls');
  writeFileSync(log, '');
  writeFileSync(
    path.join(folder, 'az'),
    `#!/bin/sh
echo "$*" >>'${log}'
case "$*" in
  *microsoftGraphResourceId*) echo https://graph.example/ ;;
  *endpoints.activeDirectory*) echo https://login.example ;;
  *'applications(uniqueName='*) exit 3 ;;
  *'--method post --url https://graph.example/v1.0/applications --'*) echo app-id ;;
  *'applications/app-id --query appId'*) echo client-id ;;
  *'--method post --url https://graph.example/v1.0/servicePrincipals --'*) echo principal-id ;;
  *"servicePrincipals(appId='client-id')"*) exit 3 ;;
  *"servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"*) echo graph-id ;;
  *appRoleAssignments*) [ -z "\${HELD:-}" ] || echo held ;;
  *"appRoles[?value=="*) echo "$*" | sed "s/.*value=='\\([^']*\\)'.*/id-of-\\1/" ;;
esac
`,
  );
  chmodSync(path.join(folder, 'az'), 0o755);
  try {
    const env = { PATH: `${folder}:${process.env.PATH}`, ...settings };
    const { stderr } = await run('sh', ['infra/scripts/grant-permissions.sh', ...args], { env });
    const calls = text(log).split('\n').filter(Boolean);
    return { calls, shown: stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
