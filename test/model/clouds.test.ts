import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { teamsMessage } from '../../src/alerts/channels/teams/teams-card.js';
import { sampleDigest } from '../../src/alerts/sample.js';
import { readConfig } from '../../src/config.js';
import { cloudOrigin } from '../../src/graph/http/client.js';
import { clouds, worldwide } from '../../src/model/entra/clouds.js';
import { tokenEndpointIn } from '../../src/model/entra/token-endpoint.js';
import { portalUrl, userUrl } from '../../src/model/finding/portal-url.js';
import { reportFacts } from '../../src/reports/facts.js';
import { rules } from '../../src/rules/index.js';

const at = '2026-11-24T02:00:00.000Z';
const china = 'https://microsoftgraph.chinacloudapi.cn';

describe.each([
  ['https://graph.microsoft.com', 'entra.microsoft.com', 'login.microsoftonline.com', 'core.windows.net'],
  ['https://graph.microsoft.us', 'entra.microsoft.us', 'login.microsoftonline.us', 'core.usgovcloudapi.net'],
  ['https://dod-graph.microsoft.us', 'entra.microsoft.us', 'login.microsoftonline.us', 'core.usgovcloudapi.net'],
  [china, 'entra.microsoftonline.cn', 'login.chinacloudapi.cn', 'core.chinacloudapi.cn'],
])('with GRAPH_ENDPOINT=%s', (GRAPH_ENDPOINT, adminCenter, authority, suffix) => {
  const { cloud, storage, graph } = readConfig({
    GRAPH_ENDPOINT: `${GRAPH_ENDPOINT}/`,
    AzureWebJobsStorage__accountName: 'woodgrove',
  });

  it('requests tokens for that root of Graph', () => expect(cloudOrigin(graph)).toBe(GRAPH_ENDPOINT));

  it(`uses storage accounts with the suffix ${suffix}`, () => {
    expect(storage).toMatchObject({
      tableServiceUri: `https://woodgrove.table.${suffix}`,
      queueServiceUri: `https://woodgrove.queue.${suffix}`,
    });
  });

  it(`links to ${adminCenter}`, () => {
    for (const on of ['application', 'servicePrincipal', 'tenant'] as const) {
      const url = portalUrl({ on, objectId: 'o', appId: 'a', ruleId: 'require-consent-route' }, cloud);
      expect(url.startsWith(`https://${adminCenter}/#view/`)).toBe(true);
    }
    expect(userUrl('u', cloud)).toContain(`https://${adminCenter}/#view/`);
    const card = teamsMessage(
      sampleDigest('t', at, { catalogue: rules, minSeverity: 'low', weeklySummary: false, cloud }),
    );
    const hosts = new Set([...card.matchAll(/https:\/\/([^/"]+)\//g)].map(([, host]) => host));
    expect([...hosts]).toEqual([adminCenter]);
  });

  it(`links error codes and requests tokens at ${authority}`, async () => {
    async function* none() {}
    const { facts } = await reportFacts({ tenantId: 't', generatedAt: at, version: '1', rules, cloud }, none());
    expect(facts.rules.map(({ helpUri }) => new URL(helpUri).host)).toContain(authority);
    expect(tokenEndpointIn(`https://${authority}/contoso.com/oauth2/v2.0/token`)).toMatchObject({ isEntra: true });
  });
});

it('a simulator belongs to the worldwide cloud', () => {
  const graph = { GRAPH_ENDPOINT: 'http://127.0.0.1:4010', IDENTITY_ENDPOINT: 'http://127.0.0.1:4010/msi' };
  expect(readConfig({ ...graph, IDENTITY_HEADER: 'h' }).cloud).toBe(worldwide);
});

it('each cloud has its own root of Graph', () => {
  expect(new Set(clouds.map(({ graph }) => graph)).size).toBe(clouds.length);
});

it('only clouds.ts names a host that differs between clouds', () => {
  const hosts =
    /entra\.microsoft|login\.microsoftonline\.(com|us)|core\.(windows|usgovcloudapi)\.net|[/.-]graph\.microsoft\.(com|us)/;
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const named = files.filter((file) => hosts.test(readFileSync(path.join('src', file), 'utf8')));
  const elsewhere = named.filter((file) => !/^(local|simulator|rules)\/|cases\.ts$/.test(file));
  expect(elsewhere).toEqual(['model/entra/clouds.ts']);
});
