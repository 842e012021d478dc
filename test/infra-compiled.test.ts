import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const template = () => readFileSync('infra/azuredeploy.json', 'utf8');
// `npm run infra -- --check`, which .ci/run calls, compares the file with what the compiler makes of infra/main.bicep.

it('infra/azuredeploy.json has the parameters of azd', () => {
  const { parameters } = JSON.parse(template());
  const given = JSON.parse(readFileSync('infra/main.parameters.json', 'utf8')).parameters;
  expect(Object.keys(parameters)).toEqual(expect.arrayContaining(Object.keys(given)));
});

interface Resource {
  readonly type: string;
  readonly apiVersion: string;
  readonly properties?: Record<string, unknown>;
}
/** Every resource of the template, those of its modules included. Parents that only name a resource are left out. */
function resourcesIn(node: unknown): Resource[] {
  if (typeof node !== 'object' || node === null) return [];
  const { resources, properties } = node as { resources?: object; properties?: { template?: unknown } };
  const own = Object.values(resources ?? {}).filter(({ existing }) => !existing);
  return [...own.filter(({ type }) => type !== 'Microsoft.Resources/deployments'), ...own.flatMap(resourcesIn)].concat(
    resourcesIn(properties?.template),
  );
}
const deployed = () => resourcesIn(JSON.parse(template()));
const ofType = (type: string) => deployed().filter((resource) => resource.type === type);
const minutes = (duration: unknown) => {
  const [, amount, unit = ''] = /^PT?(\d+)([MHD])$/.exec(String(duration)) ?? [];
  return Number(amount) * ({ M: 1, H: 60, D: 1440 }[unit] ?? Number.NaN);
};

describe('infra/azuredeploy.json', () => {
  it('is what the button deploys: a template for a subscription, with a description of each parameter', () => {
    const { $schema, parameters, outputs } = JSON.parse(template());
    expect($schema).toContain('subscriptionDeploymentTemplate');
    for (const [name, { metadata }] of Object.entries<{ metadata?: { description: string } }>(parameters))
      expect([name, metadata?.description]).toEqual([name, expect.stringMatching(/./)]);
    const page = readFileSync('docs/deploy-button.md', 'utf8');
    const [, encoded = ''] = /Microsoft\.Template\/uri\/([^)]+)\)/.exec(page) ?? [];
    expect(decodeURIComponent(encoded)).toMatch(
      /^https:\/\/raw\.githubusercontent\.com\/.+\/infra\/azuredeploy\.json$/,
    );
    // What the page names exists.
    for (const [name] of page.matchAll(/\b[A-Z]+(_[A-Z]+)+\b/g))
      if (!['AZURE_ENV_NAME', 'AUTH_CLIENT_ID'].includes(name)) expect(Object.keys(outputs)).toContain(name);
    for (const name of ['authClientId', 'approvalPublicKeys', 'anchorsLocked', 'enableRemediation', 'principalId'])
      expect(Object.keys(parameters)).toContain(name);
  });

  it('uses current API versions of storage, network, vault and web', () => {
    for (const { type, apiVersion } of deployed()) {
      if (/^Microsoft\.(Storage|Network|KeyVault|Web)\//.test(type))
        expect([type, apiVersion >= '2024-06']).toEqual([type, true]);
      expect([type, apiVersion.includes('preview')]).toEqual([type, type === 'Microsoft.Insights/diagnosticSettings']);
    }
  });

  it('keeps deleted and overwritten blobs of every account, and logs writes to them', () => {
    const services = ofType('Microsoft.Storage/storageAccounts/blobServices');
    expect(services).toHaveLength(4);
    for (const { properties } of services)
      expect(properties).toEqual({
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: 30 },
        containerDeleteRetentionPolicy: { enabled: true, days: 30 },
      });
    const logs = ofType('Microsoft.Insights/diagnosticSettings').filter(({ scope }: Resource & { scope?: string }) =>
      scope?.includes('/blobServices'),
    );
    expect(logs).toHaveLength(4);
    for (const { properties } of logs)
      expect(JSON.stringify(properties)).toMatch(/"StorageWrite","enabled":true.*"StorageDelete","enabled":true/);
  });

  it('evaluates alerts over more time than passes between two evaluations', () => {
    const { rules } = Object.values(JSON.parse(template()).resources)
      .map(
        (resource) =>
          (resource as { properties?: { template?: { variables?: { rules?: unknown } } } }).properties?.template
            ?.variables,
      )
      .find((variables) => Array.isArray(variables?.rules)) as {
      rules: { name: string; every: string; window: string }[];
    };
    expect(rules.map(({ name }) => name)).toContain('consentinel-package-changed');
    for (const { name, every, window } of rules) expect([name, minutes(window) > minutes(every)]).toEqual([name, true]);
  });

  it('closes sites and vault with private networking, and opens them to the given addresses', () => {
    const sites = ofType('Microsoft.Web/sites');
    expect(sites).toHaveLength(3);
    for (const { properties } of sites) {
      expect(properties?.publicNetworkAccess).toBe(
        "[if(or(empty(parameters('subnetId')), not(empty(parameters('allowedAddressRanges')))), 'Enabled', 'Disabled')]",
      );
      const config = JSON.stringify(properties?.siteConfig);
      expect(config).toContain("[if(empty(parameters('allowedAddressRanges')), 'Allow', 'Deny')]");
      expect(config).toContain('"scmIpSecurityRestrictionsUseMain":true');
      expect(config).not.toContain('ftpsState');
    }
    const [vault] = ofType('Microsoft.KeyVault/vaults');
    expect(vault?.properties).toMatchObject({
      createMode: "[if(parameters('recover'), 'recover', 'default')]",
      networkAcls: { defaultAction: "[if(parameters('enablePublicAccess'), 'Allow', 'Deny')]" },
    });
    const endpoints = template().match(/"kind": "(sites|vault)"|'kind', '(sites|vault)'/g) ?? [];
    expect(endpoints.length).toBeGreaterThanOrEqual(4);
  });
});
