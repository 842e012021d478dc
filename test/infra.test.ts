import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { queueConnection, settingNames, settings } from '../src/config.js';
import { line, scanLine } from '../src/functions/log-lines.js';
import { queueNames } from '../src/jobs/ports/index.js';
import { directoryPermission, permissionsOf, remediatorPermissions } from '../src/model/rule/permissions.js';
import { blankScan } from '../src/model/scan/scan.js';
import { overdueAfterHours } from '../src/model/scan/scan-freshness.js';
import { rules } from '../src/rules/index.js';
import { appRoles } from '../src/web/auth/app-service.js';
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
  const inApp = (name: string) => path.join('infra', 'app', `${name}.bicep`);
  const templates = [app, ...['scanner', 'web', 'remediator'].map(inApp)];
  /** The names of the settings in the variables `…Settings` of a template. */
  const settingsIn = (name: string) =>
    declared(name, 'var')
      .filter((variable) => /Settings$/.test(variable.name) && variable.name !== 'givenSettings')
      .flatMap(({ node }) => [...nodesOf(node)].filter(({ type }) => type === 'object').flatMap(keysOf));

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
    const inBicep = templates.flatMap(settingsIn);
    const given = Object.keys(json('infra/main.parameters.json').parameters.settings.value);
    const hostOnly =
      /^(AzureWebJobsStorage__blobServiceUri|\w+Storage__credential|AzureWebJobsDisableHomepage|WEBSITE_AUTH_\w+|OVERRIDE_\w+)$/;
    const own = sorted([...inBicep, ...given].filter((name) => !hostOnly.test(name)));
    expect(own.filter((name) => !settingNames.includes(name))).toEqual([]);
    // Azure sets the identity endpoint and the sign-in. Shared keys are off. REMEDIATION is for the command line.
    const notInAzure = [
      'IDENTITY_ENDPOINT',
      'IDENTITY_HEADER',
      'AzureWebJobsStorage',
      'AzureWebJobsStorage__accountName',
      'ConsentinelStorage',
      'ConsentinelStorage__accountName',
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
      expect(fileNamed(inApp('scanner')).text).toContain(
        `${name}: '@Microsoft.KeyVault(SecretUri=\${vault.properties.vaultUri}secrets/${secret})'`,
      );
      expect(text('infra/main.parameters.json')).not.toContain(`"${name}"`);
    }
  });

  it('turns shared keys and local authentication off', () => {
    for (const name of ['data-storage', 'host-storage'])
      expect(fileNamed(inApp(name)).text).toContain('allowSharedKeyAccess: false');
    expect(fileNamed(path.join('infra', 'app', 'monitoring.bicep')).text).toContain('DisableLocalAuth: true');
    expect(fileNamed(app).text.match(/properties: \{ allow: false \}/g)).toHaveLength(2);
  });

  it('requires a sign-in on every path of the web app, and has the health probe in the scanner', () => {
    const { text: source } = fileNamed(app);
    expect(source).toContain('requireAuthentication: true');
    expect(source).not.toContain('excludedPaths');
    expect(fileNamed(inApp('web')).text).toContain('authClientId: authClientId');
    for (const name of ['scanner', 'remediator']) expect(fileNamed(inApp(name)).text).not.toContain('authClientId');
    expect(text('src/functions/scanner.ts')).toContain("import './health.js'");
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

  /** Who gets which role on what, from the role assignments of roles.bicep. */
  const assignments = () => {
    const name = inApp('roles');
    return declared(name, 'resource').flatMap((resource) => {
      const properties = propertyOf(bodyOf(resource), 'properties');
      if (!properties) return [];
      const role = /roles\.(\w+)|(signerRoleId)|, (role)\)/.exec(
        propertyOf(properties, 'roleDefinitionId')?.text ?? '',
      );
      return [
        [
          propertyOf(properties, 'principalId')?.text,
          role?.slice(1).find(Boolean),
          propertyOf(bodyOf(resource), 'scope')?.text,
        ].join(' '),
      ];
    });
  };

  it('gives each identity exactly its roles on what the apps share', () => {
    expect(assignments().sort()).toEqual([
      'appPrincipal monitoringMetricsPublisher insights',
      'appPrincipal tableDataContributor data',
      'deployerPrincipalId role vault',
      'readerPrincipalId blobDataContributor anchors',
      'readerPrincipalId keyVaultSecretsUser vault',
      'readerPrincipalId queueDataContributor data',
      'remediatorPrincipalId queueDataContributor ofRemediator[i]',
      'webPrincipalId queueDataMessageSender data',
      'webPrincipalId signerRoleId approvalKey',
    ]);
    const { text: source } = fileNamed(inApp('roles'));
    const queues = /var remediatorQueues = [^:]*: \[([^\]]*)\]/.exec(source)?.[1]?.match(/'[^']+'/g);
    expect(queues).toEqual(["'remediations'", "'remediations-poison'"]);
  });

  it('lets only the web app sign, with a role that signs and reads the public key', () => {
    const role = declared(main, 'resource').find(({ name }) => name === 'signer');
    const actions = role?.node.text.match(/'Microsoft\.KeyVault[^']*'/g);
    expect(actions).toEqual(["'Microsoft.KeyVault/vaults/keys/read'", "'Microsoft.KeyVault/vaults/keys/sign/action'"]);
    expect(role?.node.text).toMatch(/\n\s+actions: \[\]\n/);
    const { text: vault } = fileNamed(inApp('key-vault'));
    for (const part of ["kty: 'EC'", "curveName: 'P-256'", 'exportable: false']) expect(vault).toContain(part);
    expect(templates.filter((name) => settingsIn(name).includes('APPROVAL_SIGNING_KEY'))).toEqual([inApp('web')]);
    const verifying = templates.filter((name) => settingsIn(name).includes('APPROVAL_PUBLIC_KEYS'));
    expect(verifying).toEqual([inApp('web'), inApp('remediator')]);
  });

  it('gives each app its own identity and its own storage account, in which no other identity has rights', () => {
    const hosts = declared(main, 'module').filter(({ node }) => node.text.includes("'app/host-storage.bicep'"));
    const owner = (module: Declaration) => propertyOf(propertyOf(bodyOf(module), 'params'), 'principalId')?.text;
    expect(hosts.map((module) => [module.name, owner(module)])).toEqual([
      ['scannerStorage', 'identities.outputs.readerPrincipalId'],
      ['webStorage', 'identities.outputs.webPrincipalId'],
      ['remediatorStorage', 'identities.outputs.remediatorPrincipalId'],
    ]);
    const { text: host } = fileNamed(inApp('host-storage'));
    expect(host.match(/principalId: (\w+)/g)).toEqual(['principalId: principalId']);
    expect(fileNamed(app).text).toMatch(/userAssignedIdentities: \{ '\$\{identityId\}': \{\} \}/);
    const identityOf = (name: string) => {
      const module = declared(main, 'module').find((declaration) => declaration.name === name);
      const params = module && propertyOf(bodyOf(module), 'params');
      return [propertyOf(params, 'identity')?.text, propertyOf(params, 'hostStorage')?.text].join(' ');
    };
    for (const [name, identity] of [
      ['scanner', 'reader'],
      ['web', 'web'],
      ['remediator', 'remediator'],
    ] as const) {
      expect(identityOf(name)).toContain(`identities.outputs.${identity}Id`);
      expect(identityOf(name)).toContain(`${name}Storage.`);
    }
    // The host account holds the package and the state; the data account is another one.
    const { text: source } = fileNamed(app);
    expect(source).toContain(`value: '\${host.properties.primaryEndpoints.blob}\${deploymentContainerName}'`);
    expect(source).toContain('AzureWebJobsStorage__tableServiceUri: host.properties.primaryEndpoints.table');
    expect(source).toContain('ConsentinelStorage__queueServiceUri: data.properties.primaryEndpoints.queue');
  });

  it('deploys the remediator only if remediation is enabled', () => {
    const conditional = declared(main, 'module').filter(({ node }) => /= if \(enableRemediation\)/.test(node.text));
    expect(conditional.map(({ name }) => name)).toEqual(['remediatorStorage', 'remediator']);
    expect(text('azure.yaml')).toMatch(/ {2}remediator:\n(?: {4}#.*\n)? {4}condition: \$\{ENABLE_REMEDIATION\}\n/);
    expect(settingsIn(inApp('scanner'))).not.toContain('REMEDIATOR_CLIENT_ID');
    expect(settingsIn(inApp('remediator'))).not.toContain('READER_CLIENT_ID');
  });

  it('keeps the anchors of the audit trail: appends are allowed, and the template does not lock', () => {
    const { text: source } = fileNamed(inApp('data-storage'));
    expect(source).toContain('allowProtectedAppendWrites: true');
    expect(source).toContain('= if (!anchorsLocked) {');
    expect(settingsIn(inApp('scanner'))).toContain('AUDIT_ANCHOR_CONTAINER_URL');
  });

  it('creates the queues of the program, because the web app may not', () => {
    const { text: source } = fileNamed(inApp('data-storage'));
    const [, list = ''] = /var queueNames = \[([^\]]*)\]/.exec(source) ?? [];
    const names = Object.values(queueNames).flatMap((name) => [name, `${name}-poison`]);
    expect(list.match(/[\w-]+/g)?.sort()).toEqual(names.sort());
  });

  it('runs the built packages: their runtime, their folders, their schedule', () => {
    const azd = text('azure.yaml');
    expect(text('scripts/package.js')).toContain("out: { type: 'string', default: 'package' }");
    const { apps } = json('src/boundaries.json');
    for (const { app: name } of apps) {
      expect(azd).toMatch(
        new RegExp(`^ {2}${name}:\\n(?: {4}.*\\n)*? {4}dist: package/${name}\\n {4}remoteBuild: false`, 'm'),
      );
      expect(azd.match(new RegExp(`run: npm run package -- --app ${name}\\n`, 'g'))).toHaveLength(2);
      expect(fileNamed(inApp(name)).text).toContain(`'azd-service-name': '${name}'`);
    }
    expect(fileNamed(app).text).toContain("runtime: { name: 'node', version: '22' }");
    expect(text('src/functions/nightly-scan.ts')).toContain("schedule: '%SCAN_SCHEDULE%'");
    expect(fileNamed(inApp('scanner')).text).toContain('SCAN_SCHEDULE: scanSchedule');
  });

  it('runs one scan at a time on an instance', () => {
    const { batchSize, newBatchThreshold } = json('host.json').extensions.queues;
    expect(batchSize + newBatchThreshold).toBe(1);
    expect(json('host.json').concurrency).toBeUndefined();
  });

  it('connects queues with the prefix of the triggers', () => {
    expect(queueConnection(Object.fromEntries(settingsIn(app).map((name) => [name, 'set'])))).toBe(
      'ConsentinelStorage',
    );
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
  const roles: Record<'reader' | 'web' | 'remediator' | 'remediatorWithReviewers', string[]> =
    json('infra/graph-roles.json');

  it('match the permissions that rules and remedies declare (npm run permissions)', () => {
    expect(roles.reader).toEqual(sorted([directoryPermission, ...rules.flatMap(permissionsOf)]));
    // The page diagnoses, and never reads the sign-ins of users.
    expect(roles.web).toEqual(roles.reader.filter((role) => role !== 'AuditLog.Read.All'));
    expect(roles.remediator).toEqual(remediatorPermissions(rules, { adminConsentReviewers: [] }));
    expect([...roles.remediator, ...roles.remediatorWithReviewers].sort()).toEqual(
      remediatorPermissions(rules, { adminConsentReviewers: ['a user'] }),
    );
    const written = rules.flatMap(({ remedy }) => remedy?.permission ?? []);
    expect([...roles.remediator, ...roles.remediatorWithReviewers]).toEqual(expect.arrayContaining(written));
    execFileSync(process.execPath, ['scripts/permissions.js', '--check']);
  });

  it('grant Policy.ReadWrite.ConsentRequest only where ADMIN_CONSENT_REVIEWERS is set', () => {
    // The rule of one of the two remedies reads the reviewers.
    expect(roles.remediatorWithReviewers).toEqual(['Policy.ReadWrite.ConsentRequest', 'User.Read.All']);
    expect(roles.remediator).not.toContain('Policy.ReadWrite.ConsentRequest');
  });

  it('allow only the remediator to write', () => {
    for (const role of roles.reader) expect(role).toMatch(/^[A-Za-z]+\.Read\.[A-Za-z]+$/);
    // What the remediator reads, it reads without the reader.
    const writes = [...roles.remediator, ...roles.remediatorWithReviewers].filter((role) =>
      role.includes('.ReadWrite.'),
    );
    expect(writes).toHaveLength(4);
    for (const role of writes) expect(roles.reader).not.toContain(role);
    const file = path.join('infra', 'graph', 'main.bicep');
    const given = (name: string) => {
      const resource = declared(file, 'resource').find((declaration) => declaration.name === name);
      const loop = [...(resource ? nodesOf(resource.node) : [])].find(({ type }) => type === 'for_statement');
      const body = resource && bodyOf(resource);
      return [/ in (\w+)/.exec(loop?.text ?? '')?.[1], propertyOf(body, 'principalId')?.text];
    };
    expect(given('mayRead')).toEqual(['roles', 'readerPrincipalId']);
    expect(given('webMayRead')).toEqual(['roles', 'webPrincipalId']);
    expect(given('mayWrite')).toEqual(['remediatorRoles', 'remediatorPrincipalId']);
    const lists = [...fileNamed(file).text.matchAll(/\[for role in roles\.(\w+): \{/g)].map(([, list]) => list);
    expect(lists).toEqual(['reader', 'web']);
    expect(fileNamed(file).text).toMatch(/var remediatorRoles = .*\[\] : enabledRemediatorRoles\n/);
    expect(fileNamed(file).text).toContain('enableAdminConsentReviewers ? roles.remediatorWithReviewers : []');
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

it('lets the Azure CLI decide through the web app: scripts, Bicep and the sign-in of the site name it', () => {
  const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
  for (const file of ['infra/scripts/grant-permissions.sh', 'infra/scripts/grant-permissions.ps1'])
    expect([file, text(file).includes(azureCli), text(file).includes('page-api.json')]).toEqual([file, true, true]);
  expect(fileNamed(path.join('infra', 'graph', 'main.bicep')).text).toContain(azureCli);
  const [, allowed] = /allowedApplications: \[([^\]]*)\]/.exec(text('infra/app/function-app.bicep')) ?? [];
  expect(allowed?.split('\n').map((line) => line.trim())).toEqual(
    expect.arrayContaining(['authClientId', 'azureCliAppId']),
  );
  // App Service checks the issuer of version 2, and tokens for the application have it only then.
  expect(json('infra/page-api.json').requestedAccessTokenVersion).toBe(2);
  expect(text('infra/app/function-app.bicep')).toContain('/v2.0');
});

it('Bicep and the scripts register the same multi-tenant app', () => {
  const bicep = fileNamed(path.join('infra', 'graph', 'main.bicep')).text;
  for (const script of ['infra/scripts/grant-permissions.sh', 'infra/scripts/grant-permissions.ps1']) {
    for (const shared of ['consentinel-tenants-', 'AzureADMultipleOrgs', 'https://entra.microsoft.com/'])
      expect([script, text(script).includes(shared), bicep.includes(shared)]).toEqual([script, true, true]);
  }
  expect(bicep).toContain('var manyTenantsRoles = enableManyTenants ? roles.reader : []');
});
