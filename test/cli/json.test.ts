import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findings } from '../../src/cli/commands/findings.js';
import { history } from '../../src/cli/commands/history.js';
import { type Screen, writeJson } from '../../src/cli/screen.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const hostile = 'Payroll\u202egnp.exe\u0007\u001b[2J\u009b31m\u2066\u200b "quoted" \\u001b';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
const controlCharacters = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;

/** A screen, and the text written to it. */
function aScreen(): { screen: Screen; text: () => string } {
  const written: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      written.push(text);
      done();
    },
  });
  return { screen: { out, log: out, colour: false }, text: () => written.join('') };
}

let laptop: Laptop;
beforeAll(async () => {
  const app = anApp(hostile, { application: { keyCredentials: [aSymmetricSigningKey('hostile')] } });
  laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
  await laptop.scan();
});
afterAll(() => laptop.close());

describe('JSON on the command line', () => {
  it('contains no control characters, and parses to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const { screen, text } = aScreen();
        writeJson(screen.out, { value, hostile });
        expect(text()).not.toMatch(controlCharacters);
        expect(JSON.parse(text())).toEqual(JSON.parse(JSON.stringify({ value, hostile })));
      }),
    );
  });

  it('is escaped for findings and for their history', async () => {
    const [findingsScreen, historyScreen] = [aScreen(), aScreen()];
    await findings(laptop.runtime, findingsScreen.screen, { format: 'json' });
    const [{ manualFix, objectId, key }] = JSON.parse(findingsScreen.text());
    expect(Object.keys(manualFix)).toEqual(['portal', 'powershell', 'graph']);
    expect(manualFix.powershell).toEqual([
      `Remove-EntraApplicationKeyCredential -ApplicationId ${objectId} -KeyId ${key}`,
    ]);
    const [finding] = JSON.parse(findingsScreen.text());
    expect(finding.displayName).toBe(hostile);
    await history(laptop.runtime, historyScreen.screen, finding.id, { json: true });
    expect(historyScreen.text()).toContain('gnp.exe');
    for (const { text } of [findingsScreen, historyScreen]) expect(text()).not.toMatch(controlCharacters);
  });
});
