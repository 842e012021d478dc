import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Runtime } from '../src/runtime.js';
import { aLaptop, type Laptop } from './support/laptop.js';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await aLaptop({}, { TEAMS_WEBHOOK_URL: 'http://127.0.0.1:1/PLANTED', REMEDIATION: 'on' });
});
afterAll(() => laptop.close());

describe('a capability hands out', () => {
  it.each<[string, (runtime: Runtime) => unknown, string[]]>([
    ['what reads records', (runtime) => runtime.records(), ['findings', 'scans', 'clock', 'cloud', 'anchors']],
    [
      'what decides',
      (runtime) => runtime.decisions(),
      ['findings', 'rules', 'outbox', 'clock', 'approvalTtlDays', 'approvalPolicy', 'signer', 'verifier'],
    ],
    ['what examines health', (runtime) => runtime.health(), ['tenants', 'scans', 'outbox', 'clock']],
    [
      'what diagnoses',
      (runtime) => runtime.diagnosis(),
      ['directory', 'inspector', 'clock', 'cloud', 'rules', 'firstParty', 'expiry'],
    ],
    ['the queue of remediations', (runtime) => runtime.remediationQueue(), ['inbox', 'clock', 'limits', 'remediation']],
  ])('%s, and no more', async (_, capability, parts) => {
    expect(Object.keys(capability(laptop.runtime) as object).sort()).toEqual([...parts].sort());
  });

  it('the identity that writes to the execution of remediations and to the examination only', async () => {
    const { runtime } = laptop;
    expect(await runtime.remediation()).toHaveProperty('remediator');
    expect(await runtime.doctor()).toHaveProperty('remediator');
    for (const capability of ['scanContext', 'alerts', 'poison', 'records', 'decisions', 'review'] as const)
      expect(runtime[capability]()).not.toHaveProperty('remediator');
  });

  it('the queues of a storage account to no command: each receipt moves a message toward the poison queue', () => {
    expect(laptop.runtime.embeddedInbox()).toBeUndefined();
  });

  it('the settings of a channel to nobody', () => {
    const { runtime } = laptop;
    const { config, rules: _, ...page } = runtime.review();
    expect(JSON.stringify([config, Object.keys(page)])).not.toMatch(/PLANTED|channels/);
    expect(JSON.stringify(runtime.alerts().alertRules)).not.toContain('PLANTED');
  });
});
