import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';

/**
 * RESUME_KILLS=20 RESUME_OBJECTS=100000 runs the long variant. Each kill is at another random moment of a scan of its own.
 * RESUME_LATENCY: milliseconds per request.
 */
const kills = Number(process.env.RESUME_KILLS ?? 3);
const objects = Number(process.env.RESUME_OBJECTS ?? 24_000);
const latency = Number(process.env.RESUME_LATENCY ?? 40);
const minutes = 60_000;

const partner = anApp('Partner App', {
  application: null,
  servicePrincipal: {
    appOwnerOrganizationId: 'f0000000-0000-4000-a000-000000000001',
    keyCredentials: [aSymmetricSigningKey('partner')],
  },
});
const tenant = { ...simulatedTenantOf([partner]), filler: { objects, seed: 3, plantEvery: 200 } };

describe('a scan that is killed', () => {
  let simulator: Simulator;
  let shell: Shell;
  beforeAll(async () => {
    simulator = await startSimulator({ tenant, latency });
    shell = await aShell();
  }, minutes);
  afterAll(async () => {
    await shell.close();
    await simulator.close();
  }, minutes);

  const run = (...args: string[]) => shell.run(args, simulator.settings);
  const findings = async () => {
    const { out } = await run('findings', '--output', 'json');
    const listed: { id: string; status: string; message: string }[] = JSON.parse(out);
    return listed.map(({ id, status, message }) => `${id} ${status === 'new' ? 'open' : status} ${message}`).sort();
  };
  const isListing = ({ path, query }: Simulator['requests'][number]) =>
    /^\/(applications|servicePrincipals)$/.test(path) && query !== '';

  it(
    `${kills} times continues where it was, with the findings of an undisturbed scan`,
    async () => {
      const killed: number[] = [];
      const expected: { requests: number; listed: number; findings: string[] }[] = [];
      for (let trial = 0; trial <= kills; trial++) {
        const before = simulator.requests.length;
        const since = () => simulator.requests.slice(before);
        if (trial < kills) {
          const pages = Math.ceil(objects / 999);
          // Over the whole duration. In the second half, the first checkpoint certainly exists.
          const isLate = trial % 3 > 0;
          const at = (isLate ? Math.ceil(pages / 2) : 0) + Math.floor((Math.random() * pages) / 2);
          const child = shell.start(['scan', '--fresh'], simulator.settings);
          const exit = once(child, 'exit');
          while (child.exitCode === null && since().filter(isListing).length < at)
            await new Promise((resolve) => setTimeout(resolve, 1));
          child.kill('SIGKILL');
          expect(await exit).toEqual([null, 'SIGKILL']);
          killed.push(at);
        }
        const { out, log, exitCode } = await run('scan', '--json');
        const scan = JSON.parse(out);
        expect([exitCode, scan.status, scan.errors]).toEqual([0, 'complete', []]);
        if (trial < kills && trial % 3 > 0) {
          expect(log).toMatch(/^Continuing the scan/m);
          expect(scan.continued).toBe(1);
        }
        expected.push({
          requests: since().length,
          listed: since().filter(isListing).length,
          findings: await findings(),
        });
      }
      const undisturbed = expected.pop();
      for (const each of expected) expect(each.findings).toEqual(undisturbed?.findings);
      expect(undisturbed?.findings.length).toBeGreaterThan(40);
      // Requests for a listing that were under way, or whose pages were not stored yet.
      const repeated = expected.map(({ listed }) => listed - (undisturbed?.listed ?? 0));
      if (process.env.RESUME_KILLS)
        console.log({
          listed: undisturbed?.listed,
          requests: expected.map(({ requests }) => requests),
          killed,
          repeated,
        });
      for (const [trial, count] of repeated.entries())
        if (trial % 3 > 0) expect(count).toBeLessThan(killed[trial] ?? 0);
      expect((await run('verify-audit')).exitCode).toBe(0);
    },
    (kills + 1) * 3 * minutes,
  );
});
