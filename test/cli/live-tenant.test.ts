import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoTenant } from '../../src/local/demo-tenant.js';
import { aShell, type Shell } from '../support/cli.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let shell: Shell;
let laptop: Laptop;
beforeAll(async () => {
  shell = await aShell();
  laptop = await aLaptop();
});
afterAll(async () => {
  await shell.close();
  await laptop.close();
});

describe('consentinel prove-remedy', () => {
  it('says what it would do, and does nothing without its flag', async () => {
    // No settings: without the flag nothing is opened.
    const { exitCode, out } = await shell.run(['prove-remedy']);
    expect(exitCode).toBe(2);
    expect(out).toContain('This command would do the following:');
    expect(out).toContain(
      'Nothing was done. To run it in this tenant: consentinel prove-remedy --yes-create-and-delete',
    );
    expect(laptop.simulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('says what it does, and proves the remedy with the flag', async () => {
    const before = laptop.simulator.counts();
    const { exitCode, out } = await shell.run(
      ['prove-remedy', '--yes-create-and-delete-an-application'],
      laptop.settings,
    );
    expect(out).toMatch(/^This command does the following now:\n {2}1\. Create an application/);
    expect(out).toContain('✓ The certificate is still there.');
    expect(out.trimEnd().endsWith('The remedy works in this tenant.')).toBe(true);
    expect(exitCode).toBe(0);
    expect(laptop.simulator.counts()).toEqual(before);
  }, 60_000);
});

it('consentinel doctor --live prints a report without ids and names', async () => {
  const text = await shell.run(['doctor', '--live'], laptop.settings);
  expect(text.exitCode).toBe(0);
  expect(text.out).toMatch(
    /^# Answers of a live tenant \(Consentinel \d+\.\d+\.\d+\)\n\n- Does a list of applications/,
  );
  const json = await shell.run(['doctor', '--live', '--json'], laptop.settings);
  const { answers } = JSON.parse(json.out);
  expect(answers.length).toBeGreaterThan(6);
  const names = demoTenant().applications.map(({ displayName }) => String(displayName));
  for (const { out } of [text, json]) {
    expect(out).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/i);
    expect(names.filter((name) => out.includes(name))).toEqual([]);
  }
});
