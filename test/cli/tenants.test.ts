import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';
import { anOpenSink } from '../support/webhook-sink.js';

const aTenant = (id: string, displayName: string) => ({
  ...simulatedTenantOf([
    anApp(`${displayName} Payroll`, { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
  ]),
  id,
  displayName,
});
const contoso = aTenant('aaaaaaaa-0000-4000-8000-00000000000a', 'Contoso');
const fabrikam = aTenant('bbbbbbbb-0000-4000-8000-00000000000b', 'Fabrikam');
const unknownTenant = 'dddddddd-0000-4000-8000-00000000000d';

let shell: Shell;
let simulator: Simulator;
let several: Record<string, string>;
/** The settings of a single tenant, with the same storage. */
let one: Record<string, string>;
beforeAll(async () => {
  [shell, simulator] = await Promise.all([aShell(), startSimulator({ tenant: contoso, others: [fabrikam] })]);
  simulator.tenant(fabrikam.id).consent();
  several = { ...simulator.settings };
  const { TENANT_ID, TENANT_IDS, MULTI_TENANT_CLIENT_ID, ...rest } = simulator.settings;
  one = rest;
});
afterAll(async () => {
  await shell.close();
  await simulator.close();
});
const findingOf = async (tenant: string, settings = several) => {
  const { out } = await shell.run(['findings', '--format', 'json', '--tenant', tenant], settings);
  return JSON.parse(out)[0];
};

describe('the command line with several tenants', () => {
  it.each([
    [['scan']],
    [['findings']],
    [['report', '--format', 'json', '--out', '-']],
    [['history', '0123456789abcdef']],
    [['approve', '0123456789abcdef']],
    [['verify-audit']],
    [['remediate', '--dry-run']],
    [['diagnose', '--app', unknownTenant]],
    [['doctor']],
  ])('requires --tenant: %j', async (args) => {
    const { exitCode, log, out } = await shell.run(args, several);
    expect([exitCode, out]).toEqual([2, '']);
    expect(log).toContain(`Name one of TENANT_IDS: ${contoso.id}, ${fabrikam.id}.`);
  });

  it('accepts only the configured tenants', async () => {
    const { exitCode, log } = await shell.run(['findings', '--tenant', unknownTenant], several);
    expect([exitCode, log]).toEqual([2, expect.stringContaining('is not a tenant of this installation')]);
    const misspelt = await shell.run(['findings', '--tenant', 'contoso'], several);
    expect([misspelt.exitCode, misspelt.log]).toEqual([2, expect.stringContaining('a GUID')]);
  });

  it('scans one tenant, and shows its stored findings without Graph', async () => {
    for (const { id } of [contoso, fabrikam]) {
      const { exitCode, out } = await shell.run(['scan', '--json', '--tenant', id.toUpperCase()], several);
      expect([exitCode, JSON.parse(out)]).toEqual([
        0,
        expect.objectContaining({ tenantId: id, status: 'complete', findings: expect.objectContaining({ new: 1 }) }),
      ]);
    }
    const before = simulator.requests.length;
    const finding = await findingOf(fabrikam.id);
    expect(finding).toMatchObject({ tenantId: fabrikam.id, displayName: 'Fabrikam Payroll' });
    const history = await shell.run(['history', finding.id, '--tenant', fabrikam.id], several);
    expect([history.exitCode, history.out]).toEqual([0, expect.stringContaining('appeared')]);
    const elsewhere = await shell.run(['history', finding.id, '--tenant', contoso.id], several);
    expect([elsewhere.exitCode, elsewhere.log]).toEqual([1, expect.stringContaining('No finding has the id')]);
    const audit = await shell.run(['verify-audit', '--tenant', fabrikam.id], several);
    expect(audit.exitCode).toBe(0);
    expect(simulator.requests.length).toBe(before);
  });

  it('sends the alerts of each tenant with its own links', async () => {
    const sink = await anOpenSink();
    const alertSettings = { ...several, ALERT_WEBHOOK_URL: sink.url, PUBLIC_URL: 'https://consentinel.example' };
    try {
      await shell.run(['scan', '--tenant', fabrikam.id], alertSettings);
      const { exitCode, log } = await shell.run(['scan', '--alert', '--tenant', contoso.id], alertSettings);
      expect([exitCode, log.match(/Alert sent: webhook/g)?.length]).toEqual([0, 2]);
      const payloads = sink.accepted().map((text) => JSON.parse(text));
      for (const { id } of [contoso, fabrikam]) {
        const pageUrl = `https://consentinel.example/tenants/${id}`;
        expect(payloads).toContainEqual(expect.objectContaining({ tenantId: id, pageUrl }));
      }
    } finally {
      await sink.close();
    }
  });

  it('serves the page of all tenants, or of one', async () => {
    const pathAfterSignIn = async (args: string[]) => {
      // Node resolves no names below localhost, as browsers do.
      const child = shell.start(['serve', '--host', '127.0.0.1', ...args], several);
      if (!child.stdout) throw new Error('It has no output.');
      const { value: address } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
      const signedIn = await fetch(address, { redirect: 'manual' });
      const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
      const page = await fetch(`${new URL(address).origin}/`, { headers });
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([0, null]);
      return [new URL(page.url).pathname, await page.text()];
    };
    expect(await pathAfterSignIn([])).toEqual(['/tenants', expect.stringMatching(/Contoso.*Fabrikam/s)]);
    expect(await pathAfterSignIn(['--tenant', fabrikam.id])).toEqual([
      '/',
      expect.stringContaining('Fabrikam Payroll'),
    ]);
  });

  it('rejects an approval outside the home tenant, and still shows the plan', async () => {
    const finding = await findingOf(fabrikam.id);
    expect(finding.remediation.requests).toMatchObject([{ method: 'PATCH' }]);
    const args = ['approve', finding.id, '--acknowledge-warnings', '--tenant', fabrikam.id];
    const { exitCode, log } = await shell.run(args, several);
    expect([exitCode, log]).toEqual([1, expect.stringContaining('not the home tenant of this installation')]);
    const remediate = await shell.run(['remediate', '--tenant', fabrikam.id], several);
    expect([remediate.exitCode, remediate.log]).toEqual([1, expect.stringContaining('Consentinel only reads it')]);
  });

  it('examines the installation for one tenant, with the permissions granted there', async () => {
    simulator.tenant(fabrikam.id).roles.revoke('Domain.Read.All', 'app');
    const { exitCode, out } = await shell.run(['doctor', '--json', '--tenant', fabrikam.id], several);
    simulator.tenant(fabrikam.id).roles.grant('Domain.Read.All', 'app');
    expect(exitCode).toBe(1);
    const checks: { check: string; outcome: string; detail: string; fix?: string }[] = JSON.parse(out);
    expect(out).toContain(`Graph answers for Fabrikam (${fabrikam.id}).`);
    const consent = `https://login.microsoftonline.com/${fabrikam.id}/adminconsent?client_id=${several.MULTI_TENANT_CLIENT_ID}`;
    expect(checks.filter(({ outcome }) => outcome === 'fails')).toMatchObject([
      {
        check: 'reader',
        detail: expect.stringContaining('Domain.Read.All is missing'),
        fix: expect.stringContaining(
          `Add Domain.Read.All to the app registration. An administrator of the tenant must then consent at ${consent}`,
        ),
      },
    ]);
  });

  it('names the app registration as the holder of an unneeded permission', async () => {
    simulator.tenant(fabrikam.id).roles.grant('Mail.Read', 'app');
    const { out } = await shell.run(['doctor', '--json', '--tenant', fabrikam.id], several);
    simulator.tenant(fabrikam.id).roles.revoke('Mail.Read', 'app');
    const [tooMuch] = JSON.parse(out).filter(
      ({ check, outcome }: Record<string, string>) => [check, outcome].join() === 'reader,warning',
    );
    expect(tooMuch).toMatchObject({
      detail: 'Mail.Read is granted but not needed.',
      fix: expect.stringContaining('Remove Mail.Read from the app registration'),
    });
  });

  it.each([
    ['another tenant is read-only by design', fabrikam.id, /^By design\. .*not the home tenant.*only read/],
    ['the remediator writes to the home tenant', contoso.id, /^Application\.ReadWrite\.All is granted/],
  ])('reports that %s', async (_, tenant, detail) => {
    const { exitCode, out } = await shell.run(['doctor', '--json', '--tenant', tenant], several);
    expect(exitCode).toBe(0);
    const [first] = JSON.parse(out).filter(({ check }: { check: string }) => check === 'remediator');
    expect(first).toMatchObject({ outcome: 'ok', detail: expect.stringMatching(detail) });
    expect(out).not.toContain('Not configured');
  });

  it('diagnoses an app of one tenant', async () => {
    const appId = fabrikam.applications[0]?.appId as string;
    const { exitCode, out } = await shell.run(['diagnose', '--app', appId, '--json', '--tenant', fabrikam.id], several);
    expect([exitCode, JSON.parse(out).verdict.cause]).toEqual([0, 'symmetric-key']);
  });
});

describe('the command line with one tenant', () => {
  it('accepts its id, and the id of any stored tenant', async () => {
    expect(await findingOf(contoso.id, one)).toMatchObject({ displayName: 'Contoso Payroll' });
    expect(await findingOf(fabrikam.id, one)).toMatchObject({ displayName: 'Fabrikam Payroll' });
  });

  it('rejects the id of any other tenant', async () => {
    const { exitCode, log } = await shell.run(['findings', '--tenant', unknownTenant], one);
    expect(exitCode).toBe(2);
    expect(log).toContain(`The storage has scans of: ${contoso.id}, ${fabrikam.id}.`);
  });

  it('diagnoses only in its own tenant', async () => {
    const appId = fabrikam.applications[0]?.appId as string;
    const { exitCode, out, log } = await shell.run(['diagnose', '--app', appId, '--tenant', fabrikam.id], one);
    expect([exitCode, out]).not.toEqual([0, expect.stringContaining('symmetric')]);
    expect(out + log).toContain(`belongs to tenant ${contoso.id}`);
  });

  it('scans only its own tenant, and stores nothing about another one', async () => {
    const { exitCode, log } = await shell.run(['scan', '--tenant', fabrikam.id], one);
    expect([exitCode, log]).toEqual([2, expect.stringContaining(`belongs to tenant ${contoso.id}`)]);
    const report = await shell.run(['report', '--format', 'json', '--out', '-', '--tenant', fabrikam.id], one);
    expect(JSON.parse(report.out).failedScan).toBeNull();
    expect(JSON.stringify(JSON.parse(report.out))).not.toContain('"status":"failed"');
  });
});
