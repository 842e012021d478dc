import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sharedInstallation } from '../../src/functions/shared-runtime.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { FunctionsCore } from '../../src/local/functions-core.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { environment } from '../../src/runtime.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aTeamsSink, textsOf, type WebhookSink } from '../support/webhook-sink.js';

const tenant = {
  ...simulatedTenantOf([anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
  // The functions share the account's own tables with other test files.
  id: randomUUID(),
};

let core: FunctionsCore;
let laptop: Laptop;
let teams: WebhookSink;
beforeAll(async () => {
  core = new FunctionsCore();
  // jest replaces the module that the Functions worker provides.
  jest.mock('@azure/functions-core', () => core, { virtual: true });
  teams = await aTeamsSink();
  laptop = await aLaptop({ tenant }, { TEAMS_WEBHOOK_URL: teams.url });
  // The functions read the process's environment.
  Object.assign(environment, laptop.settings, { TENANT_ID: tenant.id });
  await import('../../src/functions/all.js');
});
afterAll(async () => {
  await laptop.close();
  await teams.close();
});
const invoke = (name: string, message: object) => core.invoke(name, { json: JSON.stringify(message) });

describe('the functions', () => {
  it('watch each queue and its poison queue', () => {
    const queues = [...core.functions.values()].flatMap(({ metadata }) =>
      Object.values(metadata.bindings).flatMap(({ type, queueName }) => (type === 'queueTrigger' ? [queueName] : [])),
    );
    expect(queues.sort()).toEqual(
      ['scan-requests', 'remediations', 'alerts'].flatMap((name) => [name, `${name}-poison`]).sort(),
    );
  });

  it('scan on request, and send one alert', async () => {
    expect(await invoke('scanRequests', { scanId: 'nightly-1', requestedBy: 'timer' })).toMatchObject({ ok: true });
    // Graph throttles a scan before the requests of persons. Token requests have no priority.
    const ofGraph = laptop.simulator.requests.filter(({ path }) => !path.startsWith('/msi/'));
    expect(ofGraph.some(({ inBatch }) => inBatch)).toBe(true);
    expect(new Set(ofGraph.map(({ priority }) => priority))).toEqual(new Set(['Low']));
    const message = { tenantId: tenant.id, scanId: 'nightly-1' };
    for (const _ of [1, 2]) expect(await invoke('alerts', message)).toMatchObject({ ok: true });
    expect(teams.accepted()).toHaveLength(1);
    expect(textsOf(teams.accepted()[0] ?? '').plain.join('\n')).toContain('Payroll Sync');
  });

  it('log an abandoned message, and mark what it asked for', async () => {
    const { ok, logs } = await invoke('alertsPoison', { tenantId: tenant.id, scanId: 'nightly-1' });
    expect(ok).toBe(true);
    expect(logs.join('\n')).toContain('"event":"given-up","queue":"alerts"');
    const unknown = { findingId: 'f'.repeat(16), remediationId: 'f'.repeat(16) };
    expect(await invoke('remediationsPoison', unknown)).toMatchObject({ ok: true });
    const { scans } = (await sharedInstallation()).nightlyScan();
    await scans.recordRequest('nightly-2', new Date(Date.now() - 600_000).toISOString());
    expect(await invoke('scanRequestsPoison', { scanId: 'nightly-2', requestedBy: 'timer' })).toMatchObject({
      ok: true,
    });
    expect(await invoke('alerts', { tenantId: tenant.id, scanId: 'nightly-2' })).toMatchObject({ ok: true });
    expect(teams.accepted()[1]).toContain('The scan failed');
    expect(await invoke('scanRequests', { scanId: 'nightly-3', requestedBy: 'timer' })).toMatchObject({ ok: true });
    expect(await invoke('alerts', { tenantId: tenant.id, scanId: 'nightly-3' })).toMatchObject({ ok: true });
    expect(teams.accepted()[2]).toContain('The scan is complete again');
    expect(teams.accepted()[2]).not.toContain('f'.repeat(16));
  });

  it.each(['alertsPoison', 'scanRequestsPoison', 'remediationsPoison'])(
    '%s survives what is no message',
    async (name) => {
      for (const message of [{}, [], { scanId: 7 }]) expect(await invoke(name, message)).toMatchObject({ ok: true });
    },
  );
});
