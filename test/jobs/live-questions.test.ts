import { afterEach, describe, expect, it } from '@jest/globals';
import { askLive } from '../../src/jobs/doctor/live.js';
import type { LiveAnswer } from '../../src/jobs/ports/index.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

async function asked(options: Partial<SimulatorOptions> = {}, prepare: (laptop: Laptop) => void = () => {}) {
  laptop = await aLaptop(options);
  prepare(laptop);
  const answers = await askLive(laptop.runtime.live());
  const about = (text: string): LiveAnswer => {
    const found = answers.find(({ question }) => question.includes(text));
    if (!found) throw new Error(`No question about ${text}.`);
    return found;
  };
  return { answers, about };
}

describe('the questions to a live tenant', () => {
  it.each([
    [false, 'null', 'no'],
    [true, 'returned', 'yes'],
  ])('tell how keys are shown: %j', async (shown, inLists, inDelta) => {
    const { about } = await asked({ keysInLists: shown, keysInDelta: shown });
    expect(about('list of applications').answer).toBe(inLists);
    expect(about('list of servicePrincipals').details.join()).toMatch(/Symmetric\/Sign: \w+ \(\d+\)/);
    expect(about('one of the applications').answer).toMatch(/returned|null/);
    expect(about('delta').answer).toBe(inDelta);
  });

  it('name the properties that answers omit', async () => {
    const complete = await asked();
    expect(complete.about('absent from applications').answer).toBe('none');
    await laptop.close();
    const [application] = demoTenant().applications as { id: string }[];
    const { about } = await asked({}, ({ simulator }) =>
      simulator.directory.collection('applications').shapes.set(application?.id ?? '', { absent: ['signInAudience'] }),
    );
    expect(about('absent from applications')).toMatchObject({
      answer: expect.stringMatching(/^1 of \d+$/),
      details: [expect.stringMatching(/^signInAudience: absent from 1 of \d+$/)],
    });
  });

  it('tell which reads the permissions allow', async () => {
    const { about } = await asked({}, ({ simulator }) => simulator.roles.revoke('Policy.Read.PermissionGrant'));
    const { details } = about('permissions of this token');
    expect(details[0]).toMatch(/^permissions: .*Application\.Read\.All/);
    expect(details).toContain('oauth2PermissionGrants: allowed');
    expect(details).toContain('permissionGrantPolicies: 403 Authorization_RequestDenied');
  });

  it('name the headers about throttling with numbers only', async () => {
    const { about } = await asked({ throttled: true });
    expect(about('headers about throttling').details).toContainEqual(
      expect.stringMatching(/^x-ms-resource-unit: \d+$/),
    );
  });

  it('send no write, and answer without ids, names and keys', async () => {
    const { answers } = await asked({ keysInLists: true });
    const text = JSON.stringify(answers);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/i);
    const { tenant } = { tenant: demoTenant() };
    const names = [...tenant.applications, ...tenant.servicePrincipals].map((one) => String(one.displayName));
    expect(names.filter((name) => text.includes(name))).toEqual([]);
    expect(text).not.toMatch(/PLANTED|UExBTlRFRC/);
    expect(laptop.simulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
