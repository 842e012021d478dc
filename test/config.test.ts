import { describe, expect, it } from '@jest/globals';
import { isLoopback, readConfig } from '../src/config.js';
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
  throw new Error('The settings were taken.');
}

describe('settings', () => {
  it('have defaults that need nothing', () => {
    expect(readConfig({})).toEqual({
      graph: { endpoint: 'https://graph.microsoft.com', simulated: false },
      storage: { kind: 'embedded' },
      scanSchedule: '0 0 2 * * *',
      maxResolvedPercent: 30,
    });
  });

  it('count as not set when they are empty', () => {
    expect(readConfig({ GRAPH_ENDPOINT: '', AzureWebJobsStorage: '', MAX_RESOLVED_PERCENT: '' })).toEqual(
      readConfig({}),
    );
  });

  it('are frozen, through and through', () => {
    const config = readConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.graph)).toBe(true);
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
    expect(readConfig(environment).storage).toMatchObject(storage);
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

  it('never show a secret', () => {
    expect(faultsOf({ AzureWebJobsStorage: 'PLANTED-SECRET' })).not.toContain('PLANTED-SECRET');
    expect(faultsOf({ ...simulator, IDENTITY_ENDPOINT: 'https://example.com' })).not.toContain('HEADER-SECRET');
  });

  it.each([
    ['no IDENTITY_ENDPOINT', { GRAPH_ENDPOINT: simulator.GRAPH_ENDPOINT }],
    ['one elsewhere', { ...simulator, IDENTITY_ENDPOINT: 'http://10.0.0.4/msi/token' }],
    ['one without its header', { ...simulator, IDENTITY_HEADER: '' }],
  ])('let no real token near a simulated Graph: %s is refused', (_name, environment) => {
    expect(faultsOf(environment)).toContain('IDENTITY_ENDPOINT');
  });

  it('take a simulator on this machine', () => {
    expect(readConfig(simulator).graph).toEqual({ endpoint: 'http://127.0.0.1:4010', simulated: true });
  });

  it('ask for both addresses of a storage account', () => {
    expect(faultsOf({ AzureWebJobsStorage__tableServiceUri: 'https://woodgrove.table.core.windows.net' })).toContain(
      'AzureWebJobsStorage__queueServiceUri',
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
])('%s stays on this machine: %s', (url, stays) => {
  expect(isLoopback(url)).toBe(stays);
});
