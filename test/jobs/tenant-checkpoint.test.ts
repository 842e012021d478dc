import { afterEach, expect, it } from '@jest/globals';
import type { Directory, GrantsPage, GrantsPosition, InventoryLog } from '../../src/jobs/ports/index.js';
import { TenantCheckpoint } from '../../src/jobs/scan/checkpoint/tenant-checkpoint.js';
import type { PermissionGrant } from '../../src/model/tenant/grants.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const name = { tenantId: 't1', purpose: 'scan', id: 's1', collection: 'tenant', select: [] } as const;
const startedAt = '2026-11-26T02:00:00.000Z';
const recorder = { records: true, onRecorded: () => {}, onListed: () => {}, onFailed: (error: unknown) => fail(error) };

function fail(error: unknown): never {
  throw error;
}

function grantOf(clientId: string): PermissionGrant {
  return { clientId, resourceId: 'api', consentType: 'AllPrincipals', scope: 'User.Read' };
}

/** Three pages with one grant each. It notes the position from which it is read. */
function listed(asked: (GrantsPosition | undefined)[]): Directory {
  const pages = ['one', 'two', 'three'];
  async function* grantPages(_signal?: AbortSignal, from?: GrantsPosition): AsyncGenerator<GrantsPage> {
    asked.push(from);
    for (let at = from?.pages ?? 0; at < pages.length; at++)
      yield {
        grants: [grantOf(pages[at] as string)],
        position: { byType: false, next: [`/after/${at + 1}`], pages: at + 1, types: [] },
      };
  }
  return { grantPages } as unknown as Directory;
}

it('returns the grants that an earlier run read before those that follow', async () => {
  laptop = await aLaptop();
  const { inventory } = laptop.runtime.scanContext();
  const open = async () => (await inventory?.open(name)) as InventoryLog;
  const asked: (GrantsPosition | undefined)[] = [];

  const first = new TenantCheckpoint(recorder);
  first.attach(await open(), startedAt);
  for await (const { position } of first.directoryOver(listed(asked)).grantPages()) {
    await first.commit();
    // The run ends while the consumer has the second page.
    if (position.pages === 2) break;
  }

  const second = await TenantCheckpoint.open(await open(), startedAt, recorder, fail);
  const pages: GrantsPage[] = [];
  for await (const page of second.directoryOver(listed(asked)).grantPages()) pages.push(page);
  expect(pages.flatMap(({ grants }) => grants)).toEqual(['one', 'two', 'three'].map(grantOf));
  expect(asked.map((from) => from?.pages)).toEqual([undefined, 2]);
});
