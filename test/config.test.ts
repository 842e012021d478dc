import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isLoopback, queueConnection, readConfig, settings } from '../src/config.js';
import { worldwide } from '../src/model/entra/clouds.js';
import { ConsentinelError } from '../src/model/errors.js';

const simulator = {
  GRAPH_ENDPOINT: 'http://127.0.0.1:4010',
  IDENTITY_ENDPOINT: 'http://127.0.0.1:4010/msi/token',
  IDENTITY_HEADER: 'HEADER-SECRET',
};

function faultsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConsentinelError);
    expect((error as ConsentinelError).code).toBe('config-invalid');
    return (error as ConsentinelError).message;
  }
  throw new Error('The settings were accepted.');
}

describe('settings', () => {
  it('have a default for everything', () => {
    expect(readConfig({})).toEqual({
      graph: { endpoint: 'https://graph.microsoft.com', simulated: false },
      cloud: worldwide,
      storage: { kind: 'embedded' },
      hostStorage: { kind: 'embedded' },
      tenants: { tenantIds: [] },
      reader: {},
      scan: {
        schedule: '0 0 2 * * *',
        maxResolvedPercent: 30,
        deltaScans: false,
        rulesOff: [],
        retentionDays: 400,
        expiry: { warningDays: 30, urgentDays: 7 },
        firstParty: { appIds: [], tenantIds: [] },
      },
      remediation: {
        withSignedInCredential: false,
        approvalTtlDays: 7,
        maxPerRun: 20,
        adminConsentReviewers: [],
      },
      approvals: { publicKeys: [], required: 1 },
      alerts: {
        channels: {
          teams: {},
          slack: {},
          mail: { to: [] },
          owners: { enabled: false },
          webhook: {},
          sentinel: { stream: 'Custom-Consentinel_CL' },
        },
        minSeverity: 'medium',
        weeklySummary: false,
      },
      inventory: {},
      page: { authenticationEnabled: false },
      audit: {},
    });
  });

  it('count as not set when they are empty', () => {
    expect(readConfig({ GRAPH_ENDPOINT: '', AzureWebJobsStorage: '', MAX_RESOLVED_PERCENT: '' })).toEqual(
      readConfig({}),
    );
  });

  it.each([
    ['True', true],
    ['true', true],
    ['TRUE', true],
    ['False', false],
    ['1', false],
  ])('take WEBSITE_AUTH_ENABLED %s as the host does: in any case', (value, authenticationEnabled) => {
    expect(readConfig({ WEBSITE_AUTH_ENABLED: value }).page).toEqual({ authenticationEnabled });
  });

  it('are frozen at every depth', () => {
    const config = readConfig({});
    const parts = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(parts)] : [];
    expect(parts(config).length).toBeGreaterThan(15);
    for (const part of parts(config)) expect([part, Object.isFrozen(part)]).toEqual([part, true]);
  });

  it('take a key of the inventory of at least 32 bytes, and do not show a wrong one', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    expect(readConfig({ INVENTORY_KEY: key }).inventory).toEqual({ key });
    for (const wrong of [Buffer.alloc(31, 7).toString('base64'), `${key.slice(0, -1)}!`, '@Microsoft.KeyVault(x)']) {
      expect(faultsOf({ INVENTORY_KEY: wrong })).toMatch(/INVENTORY_KEY.*\n.*32 random bytes in base64/);
      expect(faultsOf({ INVENTORY_KEY: wrong })).not.toContain(wrong);
    }
  });

  it('take the days before an expiry, of which the urgent ones are not more', () => {
    const days = { EXPIRY_WARNING_DAYS: '60', EXPIRY_URGENT_DAYS: '14' };
    expect(readConfig(days).scan.expiry).toEqual({ warningDays: 60, urgentDays: 14 });
    expect(faultsOf({ EXPIRY_WARNING_DAYS: '5' })).toMatch(/EXPIRY_URGENT_DAYS = 7\n.*EXPIRY_WARNING_DAYS, which is 5/);
    expect(faultsOf({ EXPIRY_URGENT_DAYS: '0' })).toMatch(/EXPIRY_URGENT_DAYS = "0"\n.*1 to 365/);
  });

  const key = 'InstrumentationKey=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  const client = '11111111-2222-3333-4444-555555555555';
  it.each<[string, string, string | undefined, object]>([
    ['a key alone', key, undefined, { endpoint: 'https://dc.services.visualstudio.com' }],
    [
      'an endpoint of a region',
      `${key};IngestionEndpoint=https://westeurope-1.in.applicationinsights.azure.com/;LiveEndpoint=https://x/`,
      undefined,
      { endpoint: 'https://westeurope-1.in.applicationinsights.azure.com' },
    ],
    [
      'a sink on this machine',
      `${key};IngestionEndpoint=http://127.0.0.1:4318`,
      '',
      { endpoint: 'http://127.0.0.1:4318' },
    ],
    ['an identity of the app', key, 'Authorization=AAD', { identity: {} }],
    ['an identity of its own', key, `ClientId=${client};Authorization=AAD`, { identity: { clientId: client } }],
  ])('send telemetry where the connection string says, with %s', (_, connectionString, authentication, expected) => {
    const { telemetry } = readConfig({
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
      ...(authentication !== undefined && { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication }),
    });
    expect(telemetry).toEqual({ connectionString, endpoint: 'https://dc.services.visualstudio.com', ...expected });
  });

  it.each([
    ['no connection string', 'https://westeurope.example', undefined],
    ['no key', 'IngestionEndpoint=https://westeurope.example', undefined],
    ['an endpoint without encryption', `${key};IngestionEndpoint=http://westeurope.example`, undefined],
    ['an unknown authentication', key, 'Authorization=Basic'],
    ['an invalid client id', key, 'ClientId=reader;Authorization=AAD'],
  ])('of telemetry are refused with %s, without showing the key', (_, connectionString, authentication) => {
    const faults = faultsOf({
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
      ...(authentication && { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication }),
    });
    expect(faults).toMatch(/APPLICATIONINSIGHTS_/);
    expect(faults).not.toContain('0f1e2d3c');
    expect(faults).not.toContain('westeurope');
  });

  it.each([
    [
      'an account name',
      { AzureWebJobsStorage__accountName: 'woodgrove' },
      {
        kind: 'identity',
        tableServiceUri: 'https://woodgrove.table.core.windows.net',
        queueServiceUri: 'https://woodgrove.queue.core.windows.net',
      },
    ],
    [
      'the reader, where no other identity is named',
      { AzureWebJobsStorage__accountName: 'woodgrove', READER_CLIENT_ID: '11111111-2222-4333-8444-555555555555' },
      { clientId: '11111111-2222-4333-8444-555555555555' },
    ],
    [
      'a connection string before all',
      { AzureWebJobsStorage: 'UseDevelopmentStorage=true', AzureWebJobsStorage__accountName: 'woodgrove' },
      { kind: 'connection-string' },
    ],
  ])('take storage from %s', (_name, environment, storage) => {
    const { storage: found, hostStorage } = readConfig(environment);
    expect(found).toMatchObject(storage);
    expect(hostStorage).toEqual(found);
  });

  const [own, shared] = [
    { AzureWebJobsStorage__accountName: 'hostaccount', AzureWebJobsStorage__clientId: randomUUID() },
    { ConsentinelStorage__accountName: 'dataaccount', ConsentinelStorage__clientId: randomUUID() },
  ];
  const addresses = {
    ConsentinelStorage__tableServiceUri: 'https://dataaccount.table.core.windows.net',
    ConsentinelStorage__queueServiceUri: 'https://dataaccount.queue.core.windows.net',
  };

  it.each([
    ['an account name', shared],
    ['two addresses', addresses],
    ['a connection string', { ConsentinelStorage: 'AccountName=dataaccount;AccountKey=a2V5' }],
  ])('take data from the account that ConsentinelStorage names with %s, before the account of the host', (_, data) => {
    const { storage, hostStorage } = readConfig({ ...own, ...data });
    expect(JSON.stringify(storage)).toContain('dataaccount');
    expect(JSON.stringify(storage)).not.toContain('hostaccount');
    expect(hostStorage).toMatchObject({ tableServiceUri: 'https://hostaccount.table.core.windows.net' });
    expect(queueConnection({ ...own, ...data })).toBe('ConsentinelStorage');
  });

  it('reach each account with its own identity', () => {
    const { storage, hostStorage } = readConfig({ ...own, ...shared });
    expect(storage).toMatchObject({ clientId: shared.ConsentinelStorage__clientId });
    expect(hostStorage).toMatchObject({ clientId: own.AzureWebJobsStorage__clientId });
  });

  it('find the queues in the account of the host, where ConsentinelStorage names none', () => {
    for (const environment of [{}, own, { ...own, ConsentinelStorage: '' }])
      expect(queueConnection(environment)).toBe('AzureWebJobsStorage');
  });

  it.each([
    ['GRAPH_ENDPOINT', 'https://graph.example.com'],
    ['GRAPH_ENDPOINT', 'http://graph.microsoft.com'],
    ['GRAPH_ENDPOINT', 'http://10.0.0.4:4010'],
    ['GRAPH_ENDPOINT', 'http://127.0.0.1:4010/path'],
    ['GRAPH_ENDPOINT', 'http://user@127.0.0.1:4010'],
    ['GRAPH_ENDPOINT', 'https://graph.microsoft.com.example.com'],
    ['GRAPH_ENDPOINT', 'graph.microsoft.com'],
    ['TENANT_ID', 'contoso'],
    ['TENANT_IDS', 'contoso,fabrikam'],
    ['MULTI_TENANT_CLIENT_ID', 'app'],
    ['SCAN_SCHEDULE', '0 2 * * *'],
    ['READER_CLIENT_ID', 'reader'],
    ['MAX_RESOLVED_PERCENT', '101'],
    ['MAX_RESOLVED_PERCENT', 'many'],
    ['AzureWebJobsStorage__accountName', 'Not_An_Account'],
    ['AzureWebJobsStorage__tableServiceUri', 'http://woodgrove.table.core.windows.net'],
  ])('refuse %s = %s, naming both and a remedy', (setting, value) => {
    const message = faultsOf({ [setting]: value });
    expect(message).toContain(`${setting} = ${JSON.stringify(value)}`);
    expect(message).toMatch(/\n {4}[A-Z].+\./);
  });

  it('are reported all at once', () => {
    const message = faultsOf({ TENANT_ID: 'contoso', MAX_RESOLVED_PERCENT: '-1', SCAN_SCHEDULE: 'daily' });
    for (const name of ['3 settings', 'TENANT_ID', 'MAX_RESOLVED_PERCENT', 'SCAN_SCHEDULE'])
      expect(message).toContain(name);
  });

  describe('for several tenants', () => {
    const [a, b] = ['aaaaaaaa-0000-4000-8000-00000000000a', 'bbbbbbbb-0000-4000-8000-00000000000b'];
    const app = { MULTI_TENANT_CLIENT_ID: 'CCCCCCCC-0000-4000-8000-00000000000C' };

    it('list each tenant id once, in lower case, and the app that reads the tenants', () => {
      const config = readConfig({ TENANT_IDS: `${a.toUpperCase()}, ${b},,${a}`, ...app });
      expect(config.tenants.tenantIds).toEqual([a, b]);
      expect(config.tenants.multiTenantClientId).toBe(app.MULTI_TENANT_CLIENT_ID.toLowerCase());
    });

    it('accept a home tenant that is not scanned', () => {
      expect(readConfig({ TENANT_IDS: a, TENANT_ID: b, ...app }).tenants).toMatchObject({
        tenantId: b,
        tenantIds: [a],
      });
    });

    it.each<[string, string, Record<string, string>]>([
      ['the app that reads them', 'MULTI_TENANT_CLIENT_ID', { TENANT_IDS: a }],
      ['the tenants that an app reads', 'TENANT_IDS', app],
      ['the home tenant of a remediator', 'TENANT_ID', { TENANT_IDS: a, ...app, REMEDIATOR_CLIENT_ID: b }],
      ['the home tenant that REMEDIATION=on writes to', 'TENANT_ID', { TENANT_IDS: a, ...app, REMEDIATION: 'on' }],
    ])('are refused without %s', (_, setting, environment) => {
      expect(faultsOf(environment)).toContain(`${setting} = (not set)`);
    });
  });

  describe('for alerts', () => {
    const https = {
      TEAMS_WEBHOOK_URL: 'https://prod-12.westeurope.logic.azure.com:443/workflows/1?sig=PLANTED-SECRET',
    };

    it('configure the channels', () => {
      const webhook = { ALERT_WEBHOOK_URL: 'https://siem.contoso.com/in', ALERT_WEBHOOK_SECRET: 's'.repeat(32) };
      const mail = { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'a@contoso.com, b@contoso.com' };
      const other = { ALERT_MIN_SEVERITY: 'high', ALERT_WEEKLY_SUMMARY: 'on', PUBLIC_URL: 'https://c.contoso.com/' };
      const config = readConfig({ ...https, ...webhook, ...mail, ...other });
      expect(config.page.publicUrl).toBe('https://c.contoso.com');
      expect(config.alerts).toEqual({
        minSeverity: 'high',
        weeklySummary: true,
        channels: {
          teams: { url: https.TEAMS_WEBHOOK_URL },
          slack: {},
          mail: { from: 'alerts@contoso.com', to: ['a@contoso.com', 'b@contoso.com'] },
          owners: { enabled: false },
          webhook: { url: webhook.ALERT_WEBHOOK_URL, secret: webhook.ALERT_WEBHOOK_SECRET },
          sentinel: { stream: 'Custom-Consentinel_CL' },
        },
      });
    });

    it.each([
      'https://prod-1.logic.azure.com/workflows/1?sig=x',
      'https://default123.4b.environment.api.powerplatform.com/powerautomate/1?sig=x',
      'https://contoso.azure-api.net/teams',
    ])('accept the webhook %s', (TEAMS_WEBHOOK_URL) => {
      expect(readConfig({ TEAMS_WEBHOOK_URL }).alerts.channels.teams.url).toBe(TEAMS_WEBHOOK_URL);
    });

    it.each([
      'http://prod-1.logic.azure.com/workflows/1?sig=PLANTED-SECRET',
      'https://logic.azure.com.example.com/?sig=PLANTED-SECRET',
      'https://evillogic.azure.com/?sig=PLANTED-SECRET',
      'https://user:word@prod-1.logic.azure.com/?sig=PLANTED-SECRET',
      'http://127.0.0.1:4020/?sig=PLANTED-SECRET',
      'PLANTED-SECRET',
    ])('refuse the webhook %s without showing it', (TEAMS_WEBHOOK_URL) => {
      const message = faultsOf({ TEAMS_WEBHOOK_URL });
      expect(message).toContain('TEAMS_WEBHOOK_URL');
      expect(message).not.toContain('PLANTED-SECRET');
    });

    it('accept a receiver on this machine only for a simulated tenant', () => {
      const here = { TEAMS_WEBHOOK_URL: 'http://127.0.0.1:4020/a', ALERT_WEBHOOK_URL: 'http://127.0.0.1:4020/b' };
      expect(readConfig({ ...simulator, ...here }).alerts.channels.webhook.url).toBe(here.ALERT_WEBHOOK_URL);
      for (const name of Object.keys(here)) expect(faultsOf(here)).toContain(name);
    });

    it.each([
      ['ALERT_MAIL_FROM', { ALERT_MAIL_TO: 'a@contoso.com' }],
      ['ALERT_MAIL_FROM', { ALERT_MAIL_OWNERS: 'on' }],
      ['ALERT_MAIL_TO', { ALERT_MAIL_FROM: 'alerts@contoso.com' }],
      ['ALERT_MAIL_TO', { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'a@contoso.com, b' }],
      [
        'ALERT_MAIL_TO',
        { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'a@contoso.com\r\nBcc: b@contoso.com' },
      ],
      ['ALERT_MAIL_FROM', { ALERT_MAIL_FROM: 'Alerts <alerts@contoso.com>', ALERT_MAIL_TO: 'a@contoso.com' }],
      ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_SECRET: 'PLANTED-SECRET-of-16' }],
      ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_URL: 'https://siem.contoso.com', ALERT_WEBHOOK_SECRET: 'short' }],
      ['ALERT_MIN_SEVERITY', { ALERT_MIN_SEVERITY: 'loud' }],
      ['PUBLIC_URL', { PUBLIC_URL: 'http://consentinel.contoso.com' }],
    ])('report a fault of %s in %j', (setting, environment) => {
      const message = faultsOf(environment as object as Record<string, string>);
      expect(message).toContain(`${setting} = `);
      expect(message).not.toContain('PLANTED-SECRET');
    });
  });

  it('never show a secret', () => {
    expect(faultsOf({ AzureWebJobsStorage: 'PLANTED-SECRET' })).not.toContain('PLANTED-SECRET');
    expect(faultsOf({ ...simulator, IDENTITY_ENDPOINT: 'https://example.com' })).not.toContain('HEADER-SECRET');
  });

  it.each(settings.filter(({ secret }) => secret).map(({ name }) => [name]))(
    'mask the value of %s, and no value that is not a secret',
    (name) => {
      const others = { TENANT_ID: 'shown', TEAMS_WEBHOOK_URL: 'PLANTED', AzureWebJobsStorage: 'PLANTED' };
      const message = faultsOf({ ...others, [name]: 'PLANTED' });
      expect(message).not.toContain('PLANTED');
      expect(message).toContain('TENANT_ID = "shown"');
    },
  );

  it('have one place each in the configuration, and no name twice', () => {
    const places = settings.map(({ place }) => place.join('.'));
    expect(new Set(places).size).toBe(settings.length);
    expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
    expect(places).toContain('scan.maxResolvedPercent');
  });

  it.each([
    ['no IDENTITY_ENDPOINT', { GRAPH_ENDPOINT: simulator.GRAPH_ENDPOINT }],
    ['one elsewhere', { ...simulator, IDENTITY_ENDPOINT: 'http://10.0.0.4/msi/token' }],
    ['one without its header', { ...simulator, IDENTITY_HEADER: '' }],
  ])('keep real tokens away from a simulated Graph: %s is refused', (_name, environment) => {
    expect(faultsOf(environment)).toContain('IDENTITY_ENDPOINT');
  });

  it('accept a simulator on this machine', () => {
    expect(readConfig(simulator).graph).toEqual({ endpoint: 'http://127.0.0.1:4010', simulated: true });
  });

  it.each(['AzureWebJobsStorage', 'ConsentinelStorage'])('require both addresses of the account %s', (account) => {
    expect(faultsOf({ [`${account}__tableServiceUri`]: 'https://woodgrove.table.core.windows.net' })).toContain(
      `${account}__queueServiceUri`,
    );
  });
});

it.each([
  ['http://127.0.0.1:1', true],
  ['http://localhost', true],
  ['http://[::1]:8080', true],
  ['https://127.0.0.1', false],
  ['http://127.0.0.1.example.com', false],
  ['http://user:word@127.0.0.1', false],
  ['127.0.0.1', false],
])('%s is a loopback address: %s', (url, loopback) => {
  expect(isLoopback(url)).toBe(loopback);
});
