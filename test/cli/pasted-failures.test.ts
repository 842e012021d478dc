import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diagnose } from '../../src/cli/commands/diagnose.js';
import { readConfig } from '../../src/config.js';
import { createDiagnosis, environment } from '../../src/runtime.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { answers } from '../model/diagnosis/pasted/answers.js';
import { formats } from '../model/diagnosis/pasted/formats.js';
import { mark, type PastedFailureCase } from '../model/diagnosis/pasted/pasted-failure.js';
import { requests } from '../model/diagnosis/pasted/requests.js';
import { apps, diagnosedTenant, now } from '../support/diagnosed-tenant.js';

const all: readonly PastedFailureCase[] = [...requests, ...answers, ...formats];

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ tenant: diagnosedTenant });
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = simulator.settings;
  Object.assign(environment, { IDENTITY_ENDPOINT, IDENTITY_HEADER });
});
afterAll(() => simulator.close());

/** The output of the command for a pasted text. */
async function outputOf({ app = 'payroll', user, code, text }: PastedFailureCase, json: boolean): Promise<string> {
  let out = '';
  const stream = new Writable({
    write(chunk, _, done) {
      out += chunk;
      done();
    },
  });
  const context = { ...createDiagnosis(readConfig(simulator.settings), simulator.settings), clock: { now: () => now } };
  const options = { app: apps[app].appId, request: '-', json, ...(user && { user }), ...(code && { code }) };
  const screen = { out: stream, log: stream, colour: false };
  await diagnose(context, screen, options, Readable.from([text]), new AbortController().signal);
  return out;
}

/** The parts of tokens and the marked secrets in a text. */
function secretsIn(text: string): string[] {
  const decoded = decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  return [...decoded.matchAll(/eyJ[\w-]{20,}\.[\w-]+\.[\w-]+/g)].flatMap(([token]) => token.split('.').filter(Boolean));
}

describe('a pasted failure', () => {
  it('has a name, a source, and an expected cause, at least 60 times', () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { source } of all) expect(source).toMatch(/^https?:\/\/\S+$/);
  });

  it.each(all.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const [json, text] = [await outputOf(one, true), await outputOf(one, false)];
    const { verdict } = JSON.parse(json);
    const codes = (verdict.alsoFound ?? []).map(({ code }: { code?: string }) => code);
    expect([verdict.cause, verdict.code]).toEqual([one.cause, one.verdict && `AADSTS${one.verdict}`]);
    if (one.says) expect(`${verdict.summary} ${verdict.fix}`).toMatch(one.says);
    if (one.alsoFound) expect(codes).toEqual(one.alsoFound);
    for (const output of [json, text]) {
      // Scopes are compared in lower case.
      expect(output.toLowerCase()).not.toContain(mark.toLowerCase());
      for (const part of secretsIn(one.text)) expect(output).not.toContain(part);
    }
  });

  it('sends no secret to Graph', () => {
    expect(JSON.stringify(simulator.requests).toLowerCase()).not.toContain(mark.toLowerCase());
  });
});
