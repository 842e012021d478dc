import { afterEach, describe, expect, it } from '@jest/globals';
import { anApplication, aTenant, closeSimulators, id, startClient } from './client.js';

afterEach(closeSimulators);

const select = '$select=id,displayName,keyCredentials';

/** A client after a delta link was taken, and all entries of the next round. */
async function startDelta(options: Parameters<typeof startClient>[0] = {}) {
  const client = await startClient(options);
  const { json } = await client.get(`/applications/delta?${select}&$deltatoken=latest`);
  const link: string = json['@odata.deltaLink'];
  const round = async (from = link) => {
    const entries = [];
    let page = (await client.get(from)).json;
    for (; page['@odata.nextLink']; page = (await client.get(page['@odata.nextLink'])).json)
      entries.push(...page.value);
    return { entries: [...entries, ...page.value], link: page['@odata.deltaLink'] as string };
  };
  return { ...client, directory: client.simulator.directory, first: json.value, link, round };
}

describe('a delta', () => {
  it('lists all objects in the first round, and then the changes', async () => {
    const applications = Array.from({ length: 150 }, (_, n) => anApplication(n + 1));
    const { round, directory } = await startDelta({ tenant: aTenant({ applications }) });
    const all = await round(`/applications/delta?${select}`);
    expect(all.entries).toHaveLength(150);
    directory.update('applications', id('a', 7), { displayName: 'Changed' });
    expect((await round(all.link)).entries).toEqual([{ id: id('a', 7), displayName: 'Changed' }]);
  });

  it('begins without objects at the latest state', async () => {
    const { first, round } = await startDelta();
    expect([first, (await round()).entries]).toEqual([[], []]);
  });

  it('shows deleted objects with the reason, and restored ones whole', async () => {
    const { round, directory } = await startDelta();
    directory.delete('applications', id('a', 1));
    directory.delete('applications', id('a', 2));
    directory.purge(id('a', 2));
    const removed = await round();
    expect(removed.entries).toEqual([
      { id: id('a', 2), '@removed': { reason: 'deleted' } },
      { id: id('a', 1), '@removed': { reason: 'changed' } },
    ]);
    directory.restore(id('a', 1));
    expect((await round(removed.link)).entries).toEqual([{ id: id('a', 1), displayName: 'Application 1' }]);
  });

  it('shows only changes of selected properties', async () => {
    const { round, directory } = await startDelta();
    directory.update('applications', id('a', 1), { notes: 'not selected' });
    expect((await round()).entries).toEqual([]);
  });

  it.each([
    [false, 0, undefined],
    ['untracked', 0, []],
    [true, 1, []],
  ] as const)('contains keys as keysInDelta says: %j', async (keysInDelta, changes, keys) => {
    const { round, directory } = await startDelta({ keysInDelta });
    directory.addKey('applications', id('a', 1));
    const afterKey = await round();
    expect(afterKey.entries).toHaveLength(changes);
    directory.update('applications', id('a', 2), { displayName: 'Changed' });
    expect((await round(afterKey.link)).entries[0].keyCredentials).toEqual(keys);
  });

  it('can show the changed properties only', async () => {
    const { round, directory } = await startDelta({ keysInDelta: true, deltaProperties: 'changed' });
    directory.update('applications', id('a', 1), { displayName: 'Changed' });
    expect((await round()).entries).toEqual([{ id: id('a', 1), displayName: 'Changed' }]);
  });

  it('does not know a token of more than seven days', async () => {
    const { get, link, simulator } = await startDelta();
    simulator.setClockSkew(6.9 * 86_400_000);
    expect((await get(link)).status).toBe(200);
    simulator.setClockSkew(7.1 * 86_400_000);
    const { status, json } = await get(link);
    expect([status, json.error.code]).toEqual([400, 'syncStateNotFound']);
  });

  it('rejects query options beside a token', async () => {
    const { get, link } = await startDelta();
    expect((await get(`${link}&$top=5`)).status).toBe(400);
  });

  it('repeats, replays and resets as faults say', async () => {
    const { get, round, directory, simulator } = await startDelta();
    directory.update('applications', id('a', 1), { displayName: 'Second' });
    const { link } = await round();
    simulator.order({ kind: 'delta-replay', times: 1 });
    expect((await round(link)).entries).toHaveLength(1);
    directory.update('applications', id('a', 1), { displayName: 'Third' });
    simulator.order({ kind: 'delta-repeat', times: 1 });
    expect((await round(link)).entries.map(({ displayName }) => displayName)).toEqual(['Third', 'Second']);
    simulator.order({ kind: 'empty-page', match: { path: '/applications/delta' }, times: 1 });
    expect((await round(link)).entries).toHaveLength(1);
    simulator.order({ kind: 'delta-reset', times: 1 });
    const { status, headers } = await get(link);
    expect([status, headers.get('location')]).toEqual([410, expect.stringContaining('delta?$deltatoken=')]);
    simulator.order({ kind: 'delta-expired', times: 1 });
    expect((await get(link)).status).toBe(400);
  });
});

describe('a delta of permission grants', () => {
  const grant = (n: number, scope: string) => ({
    id: `grant-${n}`,
    clientId: id('c', n),
    resourceId: id('d', 1),
    consentType: 'AllPrincipals',
    principalId: null,
    scope,
  });
  const granted = '$select=id,clientId,resourceId,consentType,scope';

  async function startGrants(objects = 0) {
    const oauth2PermissionGrants = [1, 2, 3].map((n) => grant(n, 'User.Read'));
    const servicePrincipals = [{ id: id('d', 1), appId: '00000003-0000-0000-c000-000000000000' }];
    const filler = objects > 0 && { filler: { objects, seed: 1 } };
    return startDelta({ tenant: aTenant({ oauth2PermissionGrants, servicePrincipals, ...filler }) });
  }

  it('lists all grants in the first round, generated ones too', async () => {
    const { round, get } = await startGrants(500);
    const { entries } = await round(`/oauth2PermissionGrants/delta?${granted}`);
    expect(entries).toHaveLength(203);
    const [last] = entries.slice(-1);
    expect((await get(`/oauth2PermissionGrants/${last.id}?${granted}`)).json).toMatchObject(last);
  });

  it('shows created, widened and removed grants after the latest state', async () => {
    const { round, get, directory } = await startGrants();
    const { json } = await get(`/oauth2PermissionGrants/delta?${granted}&$deltatoken=latest`);
    expect(json.value).toEqual([]);
    const { grants } = directory;
    grants.push(grant(4, 'Mail.Read'));
    (grants[0] as { scope: string }).scope = 'User.Read Mail.Read';
    grants.splice(1, 1);
    const changed = await round(json['@odata.deltaLink']);
    const { principalId: _, ...created } = grant(4, 'Mail.Read');
    expect(changed.entries).toEqual(
      expect.arrayContaining([
        created,
        expect.objectContaining({ id: 'grant-1', scope: 'User.Read Mail.Read' }),
        { id: 'grant-2', '@removed': { reason: 'deleted' } },
      ]),
    );
    expect(changed.entries).toHaveLength(3);
    expect((await round(changed.link)).entries).toEqual([]);
    expect((await get('/oauth2PermissionGrants/grant-2')).status).toBe(404);
  });

  it('expires, resets and replays as that of applications', async () => {
    const { get, directory, simulator } = await startGrants();
    const { json } = await get(`/oauth2PermissionGrants/delta?${granted}&$deltatoken=latest`);
    directory.grants.splice(0, 1);
    const link: string = (await get(json['@odata.deltaLink'])).json['@odata.deltaLink'];
    const match = { path: '/oauth2PermissionGrants/delta' };
    simulator.order({ kind: 'delta-replay', match, times: 1 });
    expect((await get(link)).json.value).toEqual([{ id: 'grant-1', '@removed': { reason: 'deleted' } }]);
    simulator.order({ kind: 'delta-reset', match, times: 1 });
    expect((await get(link)).status).toBe(410);
    simulator.setClockSkew(7.1 * 86_400_000);
    expect((await get(link)).json.error.code).toBe('syncStateNotFound');
  });
});
