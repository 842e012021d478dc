import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { reportFormats } from '../../src/reports/report.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { ownerOnly } from '../support/bare-environment.js';
import { aShell, type Shell } from '../support/cli.js';

const hostile = '<img src=x onerror=alert(1)>\u001b[2J=HYPERLINK("http://evil")';
const tenant = simulatedTenantOf(
  ['Payroll Sync', hostile].map((name) =>
    anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } }),
  ),
);

let shell: Shell;
let simulator: Simulator;
beforeAll(async () => {
  shell = await aShell();
  simulator = await startSimulator({ tenant, keysInLists: true });
});
afterAll(async () => {
  await shell?.close();
  await simulator?.close();
});

const run = (...args: string[]) => shell.run(args, { ...simulator.settings });

/** The tests build on each other: no scan, a complete scan, an incomplete scan. */
describe('report', () => {
  it('reports that no scan has finished, before the first scan', async () => {
    const { exitCode, out, log } = await run('report', '--format', 'json', '--out', '-');
    expect({ exitCode, log }).toMatchObject({ exitCode: 0, log: expect.stringContaining('No scan is finished') });
    expect(JSON.parse(out)).toMatchObject({ scan: null, findings: [] });
  });

  it.each(reportFormats)('writes a file of the format %s, and logs what it wrote', async (format) => {
    if (format === reportFormats[0]) await run('scan');
    const name = `report.${format}`;
    const { exitCode, out, log } = await run('report', '--format', format, '--out', name);
    expect({ exitCode, out, log }).toEqual({
      exitCode: 0,
      out: '',
      log: expect.stringMatching(/^\d+ findings written to report\.\w+\.\n/),
    });
    const file = path.join(shell.folder, name);
    expect((await stat(file)).mode & 0o777).toBe(ownerOnly);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('Payroll Sync');
    expect(text).not.toContain('\u001b');
    if (format !== 'csv') expect(text).not.toContain('<img');
    expect((await readdir(shell.folder)).filter((other) => other.endsWith('.tmp'))).toEqual([]);
  });

  it('contains the findings of findings --format sarif', async () => {
    const [shown] = JSON.parse((await run('findings', '--format', 'sarif')).out).runs;
    const [written] = JSON.parse(await readFile(path.join(shell.folder, 'report.sarif'), 'utf8')).runs;
    const ids = ({ results }: { results: { partialFingerprints: object }[] }) =>
      results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0]).sort();
    expect(ids(shown)).toEqual(ids(written));
    expect(shown.tool.driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('reports an incomplete scan', async () => {
    simulator.roles.revoke('Policy.Read.All');
    await run('scan');
    const { out, log } = await run('report', '--format', 'html', '--out', '-');
    expect(log).toContain('incomplete');
    expect(out).toMatch(/The latest scan is incomplete[\s\S]*Not examined[\s\S]*require-consent-route/);
  });

  it('exits 2 where the path cannot be written', async () => {
    const { exitCode, log } = await run('report', '--format', 'html', '--out', 'missing/report.html');
    expect({ exitCode, log }).toEqual({
      exitCode: 2,
      log: expect.stringContaining('its folder does not exist. Create'),
    });
  });

  it.each([
    [['report', '--format', 'html']],
    [['report', '--out', '-']],
    [['report', '--format', 'pdf', '--out', '-']],
  ])('exits 2 for invalid usage: %s', async (args) => {
    const { exitCode, out } = await run(...args);
    expect([exitCode, out]).toEqual([2, '']);
  });
});
