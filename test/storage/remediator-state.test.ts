import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReservationRequest } from '../../src/jobs/ports/index.js';
import type { SignedPause } from '../../src/model/remediation/pause.js';
import { ensureRemediatorState } from '../../src/storage/connection.js';
import { TableRemediatorState } from '../../src/storage/remediator-state.js';
import { freshStorage, type TestStorage } from '../support/storage.js';

let storage: TestStorage;
let state: TableRemediatorState;
beforeEach(async () => {
  storage = await freshStorage();
  await ensureRemediatorState(storage);
  state = new TableRemediatorState(storage.remediatorState);
});

const start = Date.parse('2026-11-26T02:00:00.000Z');
const minutes = (count: number) => new Date(start + count * 60_000).toISOString();
const request = (more: Partial<ReservationRequest> = {}): ReservationRequest => ({
  tenantId: 'tenant-1',
  approvalId: 'approval-1',
  attempt: 'worker-1',
  at: minutes(0),
  decidedAt: minutes(-600),
  limit: 2,
  ...more,
});
const rows = async () => {
  const found: string[] = [];
  for await (const { partitionKey, rowKey } of storage.raw.remediatorState.listEntities())
    found.push(`${partitionKey} ${rowKey}`);
  return found.sort();
};

describe('the budget of the remediator', () => {
  it('allows as many executions in any 60 minutes as the limit, and says when the next is possible', async () => {
    expect(await state.reserve(request())).toEqual({ reserved: true });
    expect(await state.reserve(request({ approvalId: 'approval-2', at: minutes(10) }))).toEqual({ reserved: true });
    const refused = { reserved: false, reason: 'limit-reached', retryAt: minutes(60) };
    expect(await state.check(request({ approvalId: 'approval-3', at: minutes(59) }))).toEqual(refused);
    expect(await state.reserve(request({ approvalId: 'approval-3', at: minutes(59) }))).toEqual(refused);
    expect(await state.reserve(request({ approvalId: 'approval-3', at: minutes(60) }))).toEqual({ reserved: true });
    expect(await state.reserve(request({ approvalId: 'approval-4', at: minutes(60) }))).toMatchObject({
      retryAt: minutes(70),
    });
  });

  it('counts executions of workers whose clocks are ahead, and of no other tenant', async () => {
    await state.reserve(request({ at: minutes(4) }));
    await state.reserve(request({ approvalId: 'approval-2', at: minutes(5) }));
    expect(await state.reserve(request({ approvalId: 'approval-3' }))).toMatchObject({ reserved: false });
    expect(await state.reserve(request({ approvalId: 'approval-3', tenantId: 'tenant-2' }))).toEqual({
      reserved: true,
    });
  });

  it('reserves nothing when it is only checked', async () => {
    expect(await state.check(request())).toEqual({ reserved: true });
    expect(await rows()).toEqual([]);
  });
});

describe('an approval', () => {
  it('is used once: the same attempt may reserve again, and uses no more of the budget', async () => {
    for (let times = 1; times <= 3; times += 1) expect(await state.reserve(request())).toEqual({ reserved: true });
    const other = request({ attempt: 'worker-2', at: minutes(600) });
    expect(await state.reserve(other)).toEqual({ reserved: false, reason: 'approval-used' });
    expect(await state.check(other)).toEqual({ reserved: false, reason: 'approval-used' });
    expect(await state.reserve(request({ approvalId: 'approval-2' }))).toEqual({ reserved: true });
  });

  it('stays used for longer than an approval can be valid; older rows are deleted once a day', async () => {
    const day = 24 * 60;
    await state.reserve(request());
    await state.reserve(request({ approvalId: 'approval-2', at: minutes(90 * day) }));
    expect(await rows()).toContain('tenant-1 approval_approval-1');
    await state.reserve(request({ approvalId: 'approval-3', at: minutes(92 * day) }));
    expect(await rows()).toEqual(['tenant-1 approval_approval-2', 'tenant-1 approval_approval-3', 'tenant-1 budget']);
  });
});

describe('a failure', () => {
  it('stops decisions that were made before it for 60 minutes, and no later decision', async () => {
    await state.recordFailure('tenant-1', minutes(0));
    await state.recordFailure('tenant-1', minutes(-20));
    const refused = { reserved: false, reason: 'failed-recently', retryAt: minutes(60) };
    expect(await state.reserve(request({ at: minutes(59) }))).toEqual(refused);
    expect(await state.reserve(request({ at: minutes(5), decidedAt: minutes(3) }))).toEqual({ reserved: true });
    expect(await state.reserve(request({ approvalId: 'approval-2', at: minutes(60) }))).toEqual({ reserved: true });
  });
});

describe('the remembered pause', () => {
  const signed = (kind: 'pause' | 'resume', at: string): SignedPause => ({
    statement: { kind, id: `${kind} ${at}`, author: { id: 'ada', name: 'Ada', roles: ['x'] }, at, reason: 'Why.' },
    keyId: 'key',
    signature: 'signature',
  });

  it('is the newest, in whatever order the statements come', async () => {
    expect(await state.newestPause()).toBeUndefined();
    const all = [1, 5, 3, 4, 2].map((at) => signed(at % 2 ? 'pause' : 'resume', minutes(at)));
    await Promise.all(all.map((one) => state.rememberPause(one)));
    expect(await state.newestPause()).toEqual(signed('pause', minutes(5)));
  });
});

describe('40 workers', () => {
  it('never reserve more than the limit, and each approval once', async () => {
    const work = fc.record({
      limit: fc.integer({ min: 1, max: 20 }),
      approvals: fc.integer({ min: 1, max: 60 }),
      skew: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 40, maxLength: 40 }),
      order: fc.array(fc.nat({ max: 59 }), { minLength: 60, maxLength: 120 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(work, async ({ limit, approvals, skew, order }) => {
        run += 1;
        const tenantId = `tenant-${run}`;
        const messages = order.map((number) => `approval-${number % approvals}`);
        const reserved: { approvalId: string; at: string }[] = [];
        const worker = async (number: number) => {
          const own = new TableRemediatorState(storage.remediatorState);
          for (let next = messages.shift(); next; next = messages.shift()) {
            const at = minutes(skew[number] ?? 0);
            const attempt = `worker-${number}-${messages.length}`;
            const answer = await own.reserve(request({ tenantId, approvalId: next, attempt, at, limit }));
            if (answer.reserved) reserved.push({ approvalId: next, at });
          }
        };
        await Promise.all(Array.from({ length: 40 }, (_, number) => worker(number)));
        expect(reserved.length).toBe(Math.min(limit, new Set(order.map((number) => number % approvals)).size));
        expect(new Set(reserved.map(({ approvalId }) => approvalId)).size).toBe(reserved.length);
      }),
      { numRuns: 6 },
    );
  }, 120_000);
});
