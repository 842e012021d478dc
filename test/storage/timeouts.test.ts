import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import type { StorageTimeouts } from '../../src/storage/azure/timeouts.js';
import { ensureStorage, type Storage } from '../../src/storage/connection.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { azuriteConnectionString } from '../support/storage.js';
import { all, appearances, aScan, tenantId } from './examples.js';

/** What the server does with each request; by default nothing, for ever. */
let answer: (response: ServerResponse, request: number) => void;
let requests: number;
let server: Server;
let storage: Storage;

beforeEach(async () => {
  [requests, answer] = [0, () => {}];
  server = createServer((_, response) => answer(response, ++requests)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  storage = storageWith({ attempt: 40, call: 150 });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function storageWith(timeouts: StorageTimeouts): Storage {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connectionString = azuriteConnectionString().replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, origin);
  return connectStorage({ kind: 'connection-string', connectionString }, { timeouts });
}

const unavailable = { code: 'storage-unavailable', message: expect.stringContaining('did not answer in time') };

describe('storage that never answers', () => {
  const findings = () => new TableFindingStore(storage.findings, { ruleIds: ['no-a'] });
  const scans = () => new TableScanStore(storage.scans, { now: () => '2026-11-01T02:00:00.000Z' });
  const queues = () => new StorageQueues(storage);
  const message = { id: 'm', popReceipt: 'p', text: '{}', dequeueCount: 1, insertedAt: '' };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    'ensure tables and queues': () => ensureStorage(storage),
    'read a finding': () => findings().finding(tenantId, 'x'),
    'list findings': () => all(findings().findings(tenantId)),
    summarize: () => findings().summaries(tenantId),
    commit: () => findings().commit(appearances('no-a', 1)),
    prune: () => findings().prune(tenantId, '2026-11-01T02:00:00.000Z'),
    'verify the audit trail': () => all(findings().verifyAudit(tenantId)),
    'begin a scan': () => scans().begin(aScan('s')),
    'amend a scan': () => scans().amend(tenantId, 's', (scan) => scan),
    'list scans': () => all(scans().scans(tenantId)),
    send: () => queues().send('alerts', {}),
    receive: () => queues().receive('alerts', 1, 1),
    remove: () => queues().remove('alerts', message),
    count: () => queues().lengths(),
  };

  it.each(Object.entries(calls))('ends the call: %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject(unavailable);
  });

  it.each(Object.entries(calls))('ends the call where the answer stops after its headers: %s', async (_, call) => {
    answer = (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"value":[');
    };
    await expect(call()).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it('ends a transaction that is not answered, although the head was read', async () => {
    storage = storageWith({ attempt: 1_500, call: 1_500 });
    answer = (response, request) => {
      if (request === 1) response.writeHead(404, { 'Content-Type': 'application/json' }).end('{}');
    };
    await expect(findings().commit(appearances('no-a', 1))).rejects.toMatchObject(unavailable);
    expect(requests).toBe(2);
  });

  it('asks again where one attempt was not answered', async () => {
    storage = storageWith({ attempt: 500, call: 30_000 });
    answer = (response, request) => {
      if (request > 1) response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"value":[]}');
    };
    expect(await all(findings().findings(tenantId))).toEqual([]);
    expect(requests).toBeGreaterThan(1);
  });
});
