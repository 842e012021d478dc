import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sentinelChannel } from '../../src/alerts/channels/sentinel/sentinel-channel.js';
import { sentinelColumns, sentinelRows } from '../../src/alerts/channels/sentinel/sentinel-row.js';
import { readConfig } from '../../src/config.js';
import type { Digest } from '../../src/model/alerts/digest.js';
import { appeared, digestOf, hostileNames, night } from './examples.js';

const ruleId = `dcr-${'0123456789abcdef'.repeat(2)}`;
const stream = 'Custom-Consentinel_CL';

/** The Logs Ingestion API as documented: POST of a gzipped JSON array with a bearer token, answered with 204. */
interface Upload {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rows: Record<string, unknown>[];
}
const uploads: Upload[] = [];
let statuses: number[] = [];
const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const rows = JSON.parse(gunzipSync(Buffer.concat(parts)).toString('utf8'));
  uploads.push({ path: request.url ?? '', headers: request.headers, rows });
  const status = statuses.shift() ?? 204;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify({ error: { code: 'OperationFailed', message: 'SECRET' } }));
});
beforeEach(async () => {
  uploads.length = 0;
  statuses = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

const scopes: unknown[] = [];
const credential = {
  getToken: async (scope: unknown) => {
    scopes.push(scope);
    return { token: 'PLANTED-TOKEN', expiresOnTimestamp: 4_000_000_000_000 };
  },
};
const send = async (digest: Digest | undefined) => {
  if (!digest) throw new Error('The example has no news.');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const delivery of await sentinelChannel({ endpoint, ruleId, stream }, credential).deliveries(digest))
    await delivery.send();
};
const digest = () => digestOf(hostileNames.map((displayName, i) => appeared(`app ${i}`, { displayName })));

describe('the Sentinel channel', () => {
  it('adds one row for the scan and one for each finding, with the token of the identity', async () => {
    await send(digest());
    const [upload] = uploads;
    expect(uploads).toHaveLength(1);
    expect(decodeURIComponent(upload?.path ?? '')).toBe(
      `/dataCollectionRules/${ruleId}/streams/${stream}?api-version=2023-01-01`,
    );
    expect(upload?.headers.authorization).toBe('Bearer PLANTED-TOKEN');
    expect(scopes.at(-1)).toEqual(['https://monitor.azure.com/.default']);
    const [scan, ...findings] = upload?.rows ?? [];
    expect(scan).toMatchObject({ Event: 'scan', ScanStatus: 'complete', TimeGenerated: night.until });
    expect(findings).toHaveLength(hostileNames.length);
    expect(findings[0]).toMatchObject({ Event: 'new', Severity: 'high', RuleId: 'no-symmetric-signing-key' });
    expect(new Set(findings.map(({ FindingId }) => FindingId)).size).toBe(findings.length);
  });

  it('sends the same rows again, so that a query can drop repeated ones', () => {
    const once = digest();
    if (!once) throw new Error('The example has no news.');
    expect(sentinelRows(once)).toEqual(sentinelRows(once));
  });

  it('has the columns of the table, and uses no other', () => {
    const { properties } = JSON.parse(readFileSync('infra/sentinel/table.json', 'utf8'));
    const declared = Object.fromEntries(
      properties.schema.columns.map(({ name, type }: { name: string; type: string }) => [name, type.toLowerCase()]),
    );
    expect(declared).toEqual(sentinelColumns);
    const used = (digestOf([appeared('app')]) ? sentinelRows(digest() as Digest) : []).flatMap(Object.keys);
    expect(Object.keys(sentinelColumns)).toEqual(expect.arrayContaining([...new Set(used)]));
  });

  it.each([
    [403, /answered 403, OperationFailed/, /Monitoring Metrics Publisher/],
    [404, /answered 404/, /SENTINEL_RULE_ID/],
    [400, /answered 400/, /SENTINEL_ENDPOINT/],
  ])('reports the status %i with its remedy and without the body', async (status, message, remedy) => {
    statuses = [status];
    const error = await send(digest()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'alert-undelivered', message: expect.stringMatching(message) });
    expect(error).toMatchObject({ remedy: expect.stringMatching(remedy) });
    expect(String(error)).not.toMatch(/SECRET|PLANTED/);
  });
});

describe('the settings', () => {
  const endpoint = 'https://consentinel-a1b2.westeurope-1.ingest.monitor.azure.com';
  const faultsOf = (environment: Record<string, string>) => {
    try {
      readConfig(environment);
      return [];
    } catch (error) {
      return (error as { faults: { setting: string }[] }).faults.map(({ setting }) => setting);
    }
  };

  it.each([endpoint, `${endpoint}/`, 'https://a.usgovvirginia-1.ingest.monitor.azure.us'])('accept %s', (url) => {
    expect(faultsOf({ SENTINEL_ENDPOINT: url, SENTINEL_RULE_ID: ruleId })).toEqual([]);
  });

  it.each([
    'https://ingest.monitor.azure.com.example.com',
    'https://x.ingest.monitor.azure.com:8443',
    `${endpoint}/path`,
    'http://x.ingest.monitor.azure.com',
    'http://127.0.0.1:4020',
  ])('refuse %s, because the token goes there', (url) => {
    expect(faultsOf({ SENTINEL_ENDPOINT: url, SENTINEL_RULE_ID: ruleId })).toEqual(['SENTINEL_ENDPOINT']);
  });

  it('need endpoint and rule together', () => {
    expect(faultsOf({ SENTINEL_ENDPOINT: endpoint })).toEqual(['SENTINEL_RULE_ID']);
    expect(faultsOf({ SENTINEL_RULE_ID: ruleId })).toEqual(['SENTINEL_ENDPOINT']);
    expect(faultsOf({ SENTINEL_ENDPOINT: endpoint, SENTINEL_RULE_ID: 'my-rule' })).toEqual(['SENTINEL_RULE_ID']);
  });
});
