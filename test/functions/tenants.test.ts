import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { queueNames } from '../../src/jobs/ports/index.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { FunctionsCore, type Invocation } from '../../src/local/functions-core.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createRuntime, environment } from '../../src/runtime.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { type RuntimeParts, withParts } from '../support/runtime-parts.js';
import { aTeamsSink, type WebhookSink } from '../support/webhook-sink.js';

// The functions share the account's own tables and queues with other test files.
const aCustomer = (displayName: string, app: string) => ({
  ...simulatedTenantOf([anApp(app, { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
  id: randomUUID(),
  displayName,
});
const [contoso, fabrikam, tailspin] = [
  aCustomer('Contoso', 'Contoso Payroll'),
  aCustomer('Fabrikam', 'Fabrikam Payroll'),
  aCustomer('Tailspin', 'Tailspin Payroll'),
];
const all = [contoso, fabrikam, tailspin];

let core: FunctionsCore;
let laptop: Laptop;
/** The account's own tables and queues, which the functions use. */
let account: RuntimeParts;
let teams: WebhookSink;
beforeAll(async () => {
  core = new FunctionsCore();
  // jest replaces the module that the Functions worker provides.
  jest.mock('@azure/functions-core', () => core, { virtual: true });
  teams = await aTeamsSink();
  const settings = { TEAMS_WEBHOOK_URL: teams.url, PUBLIC_URL: 'https://consentinel.example' };
  laptop = await aLaptop({ tenant: contoso, others: [fabrikam, tailspin] }, settings);
  account = withParts(await createRuntime(readConfig(laptop.settings), laptop.settings, { tenantId: contoso.id }));
  laptop.simulator.tenant(fabrikam.id).consent();
  // The functions read the process's environment.
  Object.assign(environment, laptop.settings);
  await import('../../src/functions/all.js');
});
afterAll(async () => {
  await laptop.close();
  await teams.close();
});

const invoke = (name: string, message: object) => core.invoke(name, { json: JSON.stringify(message) });
const faultOf = (invocation?: Invocation) => (invocation?.ok === false ? String(invocation.error) : 'none');
const night = (last: string, next: string) =>
  invoke('nightlyScan', { schedule: {}, isPastDue: false, scheduleStatus: { last, next } });

/** The messages on a queue for these tenants, in the order of the tenants. */
async function asked(queue: 'scanRequests' | 'alerts'): Promise<{ tenantId: string; scanId: string }[]> {
  const found = [];
  const seen = new Set<string>();
  for (let more = true; more; ) {
    // Messages of other test files become visible again soon.
    const taken = await account.inbox.receive(queueNames[queue], 32, 1);
    more = taken.some(({ id }) => !seen.has(id));
    for (const message of taken) {
      seen.add(message.id);
      const content = JSON.parse(message.text);
      if (!all.some(({ id }) => id === content.tenantId)) continue;
      found.push(content);
      await account.inbox.remove(queueNames[queue], message);
    }
  }
  const place = ({ tenantId }: { tenantId: string }) => all.findIndex(({ id }) => id === tenantId);
  return found.sort((a, b) => place(a) - place(b));
}

const scanned = async ({ id }: { id: string }): Promise<Scan[]> => {
  const scans = [];
  for await (const scan of account.scans.scans(id)) scans.push(scan);
  return scans;
};
const found = async ({ id }: { id: string }): Promise<Finding[]> => {
  const findings = [];
  for await (const { value } of account.findings.findings(id)) findings.push(value);
  return findings;
};

describe('a night with three tenants, one without the app', () => {
  it('requests one scan per tenant, logs each request, and repeats the same requests', async () => {
    for (const _ of [1, 2]) {
      const { ok, logs } = await night('2026-11-23T02:00:00Z', '2026-11-24T02:00:00Z');
      expect(ok).toBe(true);
      const lines = logs.map((line) => JSON.parse(line)).filter(({ event }) => event === 'scan-requested');
      expect(lines.map(({ tenantId }) => tenantId)).toEqual(all.map(({ id }) => id));
    }
    const requests = await asked('scanRequests');
    expect(requests.map(({ tenantId }) => tenantId)).toEqual(all.flatMap(({ id }) => [id, id]));
    expect(new Set(requests.map(({ scanId }) => scanId)).size).toBe(1);
  });

  it('completes two scans and stores the third as failed, with a remedy', async () => {
    await night('2026-11-23T02:00:00Z', '2026-11-24T02:00:00Z');
    const ended = [];
    for (const request of await asked('scanRequests')) ended.push(await invoke('scanRequests', request));
    expect(ended.map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(faultOf(ended[2])).toContain('AADSTS7000229');

    expect(await scanned(contoso)).toMatchObject([{ status: 'complete', tenantName: 'Contoso', errors: [] }]);
    expect(await scanned(fabrikam)).toMatchObject([{ status: 'complete', tenantName: 'Fabrikam', errors: [] }]);
    expect(await scanned(tailspin)).toMatchObject([
      {
        status: 'failed',
        errors: [{ code: 'credential-missing', message: expect.stringContaining('/adminconsent?') }],
      },
    ]);
    for (const tenant of [contoso, fabrikam]) {
      const [finding, ...more] = await found(tenant);
      expect(finding).toMatchObject({ tenantId: tenant.id, displayName: `${tenant.displayName} Payroll` });
      expect(more).toEqual([]);
    }
    expect(await found(tailspin)).toEqual([]);
  });

  it('reads the two tenants only, each as the app in that tenant', () => {
    const asking = laptop.simulator.requests.filter(({ identity }) => identity !== undefined);
    expect(new Set(asking.map(({ tenantId, identity }) => `${tenantId} ${identity}`))).toEqual(
      new Set([`${contoso.id} app`, `${fabrikam.id} app`]),
    );
  });

  it('names each tenant in its alert, with links to its own page', async () => {
    for (const message of await asked('alerts')) expect(await invoke('alerts', message)).toMatchObject({ ok: true });
    const cards = teams.accepted();
    expect(cards).toHaveLength(3);
    for (const [place, tenant] of all.entries()) {
      const card = cards[place] ?? '';
      expect(card).toContain(`https://consentinel.example/tenants/${tenant.id}`);
      for (const other of all) if (other !== tenant) expect(card).not.toContain(other.id);
    }
    expect(cards.map((card) => /Contoso|Fabrikam/.exec(card)?.[0])).toEqual(['Contoso', 'Fabrikam', undefined]);
    expect(cards[2]).toContain(tailspin.id);
    expect(cards[2]).toContain('The scan failed');
  });

  it('abandons only the failed scan, for any number of deliveries', async () => {
    const [scan] = await scanned(tailspin);
    const message = { scanId: scan?.id ?? '', requestedBy: 'timer', tenantId: tailspin.id };
    expect(await invoke('scanRequests', message)).toMatchObject({ ok: false });
    const { ok, logs } = await invoke('scanRequestsPoison', message);
    expect([ok, logs.at(-1)]).toEqual([true, expect.stringContaining(`Abandoned: scan ${scan?.id}`)]);
    expect((await scanned(tailspin)).map(({ id, status }) => [id, status])).toEqual([[scan?.id, 'failed']]);
    expect(await scanned(contoso)).toHaveLength(1);
  });

  it('completes in the next night, after an administrator consents to the app', async () => {
    laptop.simulator.tenant(tailspin.id).consent();
    await night('2026-11-24T02:00:00Z', '2026-11-25T02:00:00Z');
    for (const request of await asked('scanRequests'))
      expect(await invoke('scanRequests', request)).toMatchObject({ ok: true });
    expect((await scanned(tailspin)).map(({ status }) => status)).toEqual(['complete', 'failed']);
    expect(await found(tailspin)).toMatchObject([{ displayName: 'Tailspin Payroll' }]);
  });

  it.each([
    ['scanRequests', { scanId: 'nightly-1', requestedBy: 'timer' }, 'Name one of them'],
    [
      'scanRequests',
      { scanId: 'nightly-1', requestedBy: 'timer', tenantId: randomUUID() },
      'is not a tenant of this installation',
    ],
    ['alerts', { scanId: 'nightly-1', tenantId: randomUUID() }, 'is not a tenant of this installation'],
    [
      'remediations',
      { tenantId: randomUUID(), findingId: 'f'.repeat(16), remediationId: 'f'.repeat(16) },
      'is not a tenant',
    ],
  ])(
    '%s refuses a message of a tenant that is not set, and the poison queue takes it',
    async (name, message, fault) => {
      const before = laptop.simulator.requests.length;
      expect(faultOf(await invoke(name, message))).toContain(fault);
      expect(await invoke(`${name}Poison`, message)).toMatchObject({ ok: true });
      expect(laptop.simulator.requests).toHaveLength(before);
    },
  );

  it('executes nothing in a tenant that is not the home tenant', async () => {
    const [finding] = await found(fabrikam);
    const remediationId = finding?.remediation?.id ?? '';
    const message = { tenantId: fabrikam.id, findingId: finding?.id, remediationId };
    expect(faultOf(await invoke('remediations', message))).toContain('Consentinel only reads it');
  });
});
