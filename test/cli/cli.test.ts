import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { plantedSecret, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { appCases } from '../../src/rules/all-cases.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/http/server.js';
import { appliedEvents } from '../support/applied-events.js';
import { aShell, type Shell } from '../support/cli.js';

const hostile = '\u001b]0;owned\u0007\u001b[2J=HYPERLINK("http://evil")\u202e<img src=x onerror=alert(1)>\n2nd line';
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
  anApp(hostile, { application: { keyCredentials: [aSymmetricSigningKey('hostile')] } }),
  anApp('Loan Desk'),
]);

let shell: Shell;
let simulator: Simulator;
beforeEach(async () => {
  shell = await aShell();
});
afterEach(async () => {
  await shell.close();
  await simulator?.close();
});

async function simulate(options: Partial<SimulatorOptions> = {}): Promise<Record<string, string>> {
  simulator = await startSimulator({ tenant, keysInLists: true, ...options });
  return { ...simulator.settings };
}

describe('scan, findings, history', () => {
  it('scan, store and show findings in embedded storage', async () => {
    const settings = await simulate();
    const scan = await shell.run(['scan', '--json'], settings);
    expect(scan.exitCode).toBe(0);
    expect(JSON.parse(scan.out)).toMatchObject({
      tenantId: tenant.id,
      status: 'complete',
      counts: simulator.counts(),
      findings: { new: 2, open: 0, resolved: 0, suppressed: 0 },
      writes: 2,
      notExamined: [],
      errors: [],
    });

    const findings = JSON.parse((await shell.run(['findings', '--format', 'json'], settings)).out);
    expect(findings).toHaveLength(2);
    expect(findings.map(({ status }: { status: string }) => status)).toEqual(['new', 'new']);
    expect(findings.map(({ displayName }: { displayName: string }) => displayName).sort()).toEqual(
      [hostile, 'Payroll Sync'].sort(),
    );

    const again = await shell.run(['scan', '--json'], settings);
    expect(JSON.parse(again.out)).toMatchObject({ writes: 0, findings: { new: 0, open: 2 } });

    const history = await shell.run(['history', findings[0].id], settings);
    expect(history.out.trim().split('\n')).toHaveLength(3);
    expect(history.out).toContain('appeared');
  });

  it('say that the findings are not known before a scan has finished', async () => {
    const settings = await simulate();
    for (const format of ['table', 'json']) {
      const { exitCode, log } = await shell.run(['findings', '--output', format], settings);
      expect([exitCode, log]).toEqual([0, expect.stringContaining('so its findings are not known')]);
    }
    await shell.run(['scan'], settings);
    expect((await shell.run(['findings'], settings)).log).toBe('');
  });

  it('show stored findings without Graph', async () => {
    const settings = await simulate();
    await shell.run(['scan'], settings);
    await simulator.close();
    const { exitCode, out } = await shell.run(['findings'], {});
    expect(exitCode).toBe(0);
    expect(out).toContain('Payroll Sync');
  });

  it('escape hostile names for a terminal and a spreadsheet, and keep them in JSON', async () => {
    const settings = await simulate();
    await shell.run(['scan'], settings);
    const table = (await shell.run(['findings'], settings)).out;
    const id = JSON.parse((await shell.run(['findings', '--format', 'json'], settings)).out).find(
      (f: { displayName: string }) => f.displayName === hostile,
    ).id;
    const history = (await shell.run(['history', id], settings)).out;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    for (const text of [table, history]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const csv = (await shell.run(['findings', '--format', 'csv'], settings)).out;
    expect(csv).not.toMatch(/(^|,)"?[=+\-@]/m);
  });

  it('show no secret of the directory', async () => {
    const settings = await simulate();
    const answers = [await shell.run(['scan', '--json'], settings)];
    for (const format of ['table', 'json', 'csv'])
      answers.push(await shell.run(['findings', '--format', format], settings));
    const encoded = Buffer.from(plantedSecret).toString('base64').slice(0, 16);
    for (const { out, log } of answers) {
      for (const secret of [plantedSecret, encoded, settings.IDENTITY_HEADER ?? '', 'eyJ'])
        expect(out + log).not.toContain(secret);
    }
  });
});

describe('approve, remediate, verify-audit', () => {
  const idOf = async (settings: Record<string, string>, name: string) =>
    JSON.parse((await shell.run(['findings', '--format', 'json'], settings)).out).find(
      (finding: { displayName: string }) => finding.displayName === name,
    );

  it('execute exactly the approved plan, and record it', async () => {
    const settings = await simulate();
    await shell.run(['scan'], settings);
    const { id, remediation } = await idOf(settings, 'Payroll Sync');
    expect(remediation).toMatchObject({ status: 'proposed', irreversible: true, requests: [{ method: 'PATCH' }] });

    expect(await shell.run(['approve', id], settings)).toMatchObject({
      exitCode: 1,
      log: expect.stringContaining('--acknowledge-warnings'),
    });
    expect((await shell.run(['approve', id, '--acknowledge-warnings', '--comment', 'agreed'], settings)).exitCode).toBe(
      0,
    );

    const dry = await shell.run(['remediate', '--dry-run', '--json'], settings);
    expect(JSON.parse(dry.out)).toEqual([{ id, requests: remediation.requests }]);
    expect(simulator.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(0);

    const done = await shell.run(['remediate', '--json'], settings);
    expect(done.exitCode).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({ outcomes: [{ id, status: 'applied', finding: 'resolved' }], left: 0 });
    expect(simulator.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
    // The plan was executed without its message, and nothing else empties the queue.
    const { out: health } = await shell.run(['doctor', '--json'], settings);
    expect(health).toContain('remediations: 0 queued, 0 abandoned.');

    const events = JSON.parse((await shell.run(['history', id, '--json'], settings)).out);
    expect(events.map(({ type }: { type: string }) => type)).toEqual([...appliedEvents]);
    expect((await shell.run(['verify-audit'], settings)).exitCode).toBe(0);
  });

  it('execute nothing while remediation is paused', async () => {
    const settings = await simulate();
    await shell.run(['scan'], settings);
    const { id } = await idOf(settings, 'Payroll Sync');
    await shell.run(['approve', id, '--acknowledge-warnings'], settings);
    const paused = await shell.run(['remediation', 'pause', '--reason', 'An app stopped working'], settings);
    // The reason of a user may have no period.
    expect(paused).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/ at [\d-]+ \d\d:\d\d UTC: An app stopped working\. Consentinel executes no plan/),
    });
    const run = await shell.run(['remediate', '--json'], settings);
    expect(run).toMatchObject({ exitCode: 1, log: expect.stringContaining('paused remediation') });
    expect(JSON.parse(run.out)).toMatchObject({
      outcomes: [],
      left: 1,
      paused: { reason: 'An app stopped working' },
    });
    expect(simulator.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(0);
    const lines = await shell.run(['remediate'], settings);
    expect([...(lines.out + lines.log).matchAll(/An app stopped working/g)]).toHaveLength(1);
    const approval = await shell.run(['approve', id, '--acknowledge-warnings'], settings);
    expect(approval.out).toContain('The plan does not run before `consentinel remediation resume`.');
    expect(approval.out).toMatch(/paused remediation at \d{4}-\d\d-\d\d \d\d:\d\d UTC: An app stopped working\./);
    const verified = await shell.run(['verify-audit'], settings);
    expect(verified).toMatchObject({ exitCode: 0, out: expect.stringContaining('remediation: 1 event, chain intact') });
    const again = await shell.run(['remediation', 'pause', '--reason', 'Again.'], settings);
    expect(again).toMatchObject({ exitCode: 1, log: expect.stringMatching(/ paused it at [\d-]+ \d\d:\d\d UTC\.$/m) });
  });

  it('report that an installation without a remediator only reads', async () => {
    const { REMEDIATOR_CLIENT_ID: _none, ...settings } = await simulate();
    await shell.run(['scan'], settings);
    const { id } = await idOf(settings, 'Payroll Sync');
    await shell.run(['approve', id, '--acknowledge-warnings'], settings);
    expect(await shell.run(['remediate'], settings)).toMatchObject({
      exitCode: 1,
      log: expect.stringMatching(/read-only/i),
    });
    expect(simulator.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(0);
  });

  it('suppress a finding until a date', async () => {
    const settings = await simulate();
    await shell.run(['scan'], settings);
    const { id } = await idOf(settings, 'Payroll Sync');
    for (const date of ['2020-01-01', '2999-01-01', 'soon']) {
      const answer = await shell.run(['suppress', id, '--reason', 'retired in May', '--until', date], settings);
      expect(answer.exitCode).toBe(2);
      expect(answer.log).toContain(`--until "${date}" is not a date within one year. Choose an end date`);
    }
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const done = await shell.run(['suppress', id, '--reason', 'retired in May', '--until', until], settings);
    expect(done).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining(`Suppressed until ${until} 00:00 UTC by `),
    });
    const refused = await shell.run(['approve', id, '--acknowledge-warnings'], settings);
    expect(refused.exitCode).toBe(1);
    expect(refused.log).toContain(`until ${until} 00:00 UTC: retired in May. An approval ends the suppression.`);
    expect(await idOf(settings, 'Payroll Sync')).toMatchObject({
      status: 'suppressed',
      suppression: { reason: 'retired in May' },
    });
    expect((await shell.run(['unsuppress', id], settings)).exitCode).toBe(0);
    // The argument is valid, and the decision is not possible.
    expect((await shell.run(['unsuppress', id, '--reason', 'again'], settings)).exitCode).toBe(1);
  });
});

describe('an error', () => {
  it('exits 1 when a permission is missing, and names it with the fix', async () => {
    const settings = await simulate();
    simulator.roles.revoke('Policy.Read.All');
    const { exitCode, out } = await shell.run(['scan', '--json'], settings);
    expect(exitCode).toBe(1);
    const scan = JSON.parse(out);
    expect(scan.status).toBe('incomplete');
    expect(scan.notExamined).toContainEqual({
      ruleId: 'require-consent-route',
      permission: 'Policy.Read.All',
      reason: expect.stringMatching(/Policy\.Read\.All.*consent/s),
    });
    expect(scan.errors[0].code).toBe('permission-missing');
  });

  it('exits 1 when there is no token', async () => {
    const settings = await simulate();
    const { exitCode, out } = await shell.run(['scan', '--json'], {
      ...settings,
      READER_CLIENT_ID: '00000000-1111-4222-8333-444444444444',
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ status: 'failed', errors: [{ code: 'credential-missing' }] });
  });

  it('exits 1 when storage is unavailable', async () => {
    const settings = await simulate();
    const unavailable =
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=PLANTEDKEY==;TableEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a;';
    const { exitCode, log } = await shell.run(['scan'], { ...settings, AzureWebJobsStorage: unavailable });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/ECONNREFUSED.*AzureWebJobsStorage/s);
    expect(log).not.toContain('PLANTEDKEY');
  }, 60_000);

  it('exits 2 when settings are invalid, and names all of them', async () => {
    const { exitCode, log } = await shell.run(['scan'], { TENANT_ID: 'contoso', MAX_RESOLVED_PERCENT: '900' });
    expect(exitCode).toBe(2);
    expect(log).toContain('TENANT_ID = "contoso"');
    expect(log).toContain('MAX_RESOLVED_PERCENT = "900"');
  });

  it.each([
    [['scan', '--what']],
    [['findings', '--status', 'lost']],
    [['nothing']],
    [['history']],
    [['simulate', '--objects', 'many']],
    [['simulate', '--fault', 'sunspots']],
  ])('exits 2 for invalid usage: %s', async (args) => {
    const { exitCode, log, out } = await shell.run(args, {});
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(log).not.toBe('');
  });

  it('exits 1 for an unknown finding id', async () => {
    const settings = await simulate();
    await shell.run(['scan'], settings);
    const { exitCode, log } = await shell.run(['history', 'f00d'], settings);
    expect(exitCode).toBe(1);
    expect(log).toContain('"f00d"');
  });
});

describe('a scan that is killed', () => {
  it('does not change the findings of the next scan', async () => {
    const big = simulatedTenantOf(
      Object.values(appCases).flatMap((cases) => cases.map(({ app }) => app)),
      undefined,
      { objects: 12_000, seed: 2, plantEvery: 100 },
    );
    const settings = await simulate({ tenant: big, latency: 60 });
    const referenceShell = await aShell();
    const expected = JSON.parse((await referenceShell.run(['scan', '--json'], settings)).out);
    const ids = async (of: Shell) =>
      JSON.parse((await of.run(['findings', '--format', 'json'], settings)).out)
        .map(({ id }: { id: string }) => id)
        .sort();

    const victim = shell.start(['scan'], settings);
    const listed = simulator.requests.length;
    while (simulator.requests.slice(listed).filter(({ path }) => path.includes('/applications')).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    victim.kill('SIGKILL');
    await once(victim, 'exit');

    const { exitCode, out } = await shell.run(['scan', '--json'], settings);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out).findings).toEqual(expected.findings);
    expect(await ids(shell)).toEqual(await ids(referenceShell));
    await referenceShell.close();
  }, 60_000);
});

describe('simulate', () => {
  it('prints the settings for a scan, and ends when it is interrupted', async () => {
    const child = shell.start(['simulate', '--objects', '2000', '--plant-every', '100'], {});
    const settings: Record<string, string> = {};
    if (!child.stdout) throw new Error('It has no output.');
    for await (const line of createInterface({ input: child.stdout })) {
      const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      if (name) settings[name] = value;
      // The last line: the loop closes the pipe, and a command that still writes would end.
      if (name === 'REMEDIATOR_CLIENT_ID') break;
    }
    const { exitCode, out } = await shell.run(['scan', '--json'], settings);
    expect(exitCode).toBe(0);
    const { counts } = JSON.parse(out);
    expect(counts.applications + counts.servicePrincipals).toBe(2000);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 30_000);
});
