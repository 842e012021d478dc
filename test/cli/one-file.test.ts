import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { formerTables } from '../../src/cli/former-storage.js';
import { embeddedFolder } from '../../src/cli/open-runtime.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';

// Each test runs many commands, which takes long on a busy machine. Nothing asserts how long.
jest.setTimeout(600_000);

/** How often a scan is killed. */
const kills = Number(process.env.KILLS ?? 8);

let simulator: Simulator;
let settings: Record<string, string>;
beforeAll(async () => {
  simulator = await startSimulator({ tenant: demoTenant({ objects: 3000 }), keysInLists: true });
  settings = { ...simulator.settings, REMEDIATION: 'on' };
});
afterAll(() => simulator.close());
const shells: Shell[] = [];
afterEach(() => Promise.all(shells.splice(0).map((shell) => shell.close())));
const newShell = async () => {
  const shell = await aShell();
  shells.push(shell);
  return shell;
};

async function jsonOf(shell: Shell, args: readonly string[]) {
  const { out, log, exitCode } = await shell.run([...args, '--output', 'json'], settings);
  expect({ args, exitCode, log }).toEqual({ args, exitCode: 0, log: '' });
  return JSON.parse(out);
}

/** What a scan stores: the findings without their times, and the audit trail of each. */
async function stored(shell: Shell) {
  const findings: { id: string; status: string; severity: string; remediation?: { planHash: string } }[] = await jsonOf(
    shell,
    ['findings'],
  );
  const audit = await jsonOf(shell, ['verify-audit']);
  return {
    findings: findings.map(({ id, severity, remediation }) => `${id} ${severity} ${remediation?.planHash}`).sort(),
    chains: audit.chains,
    intact: audit.intact,
  };
}

describe('commands that share the file of the embedded storage', () => {
  it('a scan that is killed at random moments gives the findings and the audit of an undisturbed one', async () => {
    const [undisturbed, killed] = [await newShell(), await newShell()];
    const start = performance.now();
    await undisturbed.run(['scan'], settings);
    const duration = performance.now() - start;
    for (let kill = 0; kill < kills; kill += 1) {
      const scan = killed.start(['scan'], settings);
      const exit = once(scan, 'exit');
      await pause(Math.random() * duration);
      scan.kill('SIGKILL');
      await exit;
    }
    expect((await killed.run(['scan'], settings)).exitCode).toBe(0);
    expect(await stored(killed)).toEqual({ ...(await stored(undisturbed)), intact: true });
  });

  it('two processes that decide on one finding: one decision, one clear conflict', async () => {
    const shell = await newShell();
    await shell.run(['scan'], settings);
    const findings = await jsonOf(shell, ['findings']);
    const { id, remediation } = findings.find((one: { remediation?: { status: string } }) => one.remediation);
    const approve = ['approve', id, '--acknowledge-warnings', '--plan', remediation.planHash];
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const suppress = ['suppress', id, '--reason', 'retired', '--until', until];
    const answers = await Promise.all([approve, suppress].map((args) => shell.run(args, settings)));
    const [finding] = await jsonOf(shell, ['findings', '--search', id]);
    const events = (await jsonOf(shell, ['history', id])).map(({ type }: { type: string }) => type);
    // If one of them began after the other one had ended, both are decisions, one after the other.
    const decided = events.filter((type: string) => type === 'approved' || type === 'suppressed');
    expect(decided).toHaveLength(answers.filter(({ exitCode }) => exitCode === 0).length);
    expect(decided.length).toBeGreaterThan(0);
    for (const { exitCode, log } of answers)
      if (exitCode !== 0) expect(log).toMatch(/changed|decided|suppressed|plan is approved/i);
    expect(finding.id).toBe(id);
    expect((await jsonOf(shell, ['verify-audit'])).intact).toBe(true);
  });

  it('tell a user with the data of version 0.1.0 how to move it, and leave it unchanged', async () => {
    const shell = await newShell();
    await mkdir(path.join(shell.folder, embeddedFolder));
    await writeFile(path.join(shell.folder, embeddedFolder, formerTables), '{}');
    const { exitCode, log } = await shell.run(['scan', '--json'], settings);
    expect([exitCode, log]).toEqual([0, expect.stringContaining('consentinel import .consentinel')]);
    expect(await readFile(path.join(shell.folder, embeddedFolder, formerTables), 'utf8')).toBe('{}');
  });
});
