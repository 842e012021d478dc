import { expect, it } from '@jest/globals';
import { InterleavedWorld, limit, type Sent } from './interleaved-world.js';

/** The long form has 10,000: `INTERLEAVINGS=10000 npx jest test/adversary/interleavings.test.ts`. */
const interleavings = Number(process.env.INTERLEAVINGS ?? 30);
const firstSeed = Number(process.env.INTERLEAVING_SEED ?? 1);

const minute = 60_000;

/** Mulberry32: the same seed gives the same interleaving. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The largest number of times within an interval, milliseconds. */
function mostWithin(times: readonly number[], interval: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + interval).length));
}

function executionsOf(sent: readonly Sent[]): Sent[] {
  return sent.filter(({ execution }, at) => sent.findIndex((other) => other.execution === execution) === at);
}

it(`${interleavings} random interleavings of 8 workers with real and forged messages and approvals, and kills`, async () => {
  let sends = 0;
  let forgedApprovals = 0;
  for (let seed = firstSeed; seed < firstSeed + interleavings; seed += 1) {
    const world = new InterleavedWorld(randomOf(seed));
    await world.run();
    const { sent, approvals } = world;
    sends += sent.length;
    forgedApprovals += world.forgedApprovals;
    const problems: string[] = [];
    const check = (holds: boolean, problem: string) => {
      if (!holds) problems.push(problem);
    };
    const used = world.state.rows().filter(({ rowKey }) => rowKey.startsWith('approval_'));
    const reservedAt = used.map(({ at }) => Date.parse(String(at)));
    const executions = executionsOf(sent);
    check(mostWithin(reservedAt, 60 * minute) <= limit, 'the reservations exceed the budget');
    // A request is sent within 90 seconds of its reservation.
    const sentAt = executions.map(({ at }) => at);
    check(mostWithin(sentAt, 58.5 * minute) <= limit, 'the requests exceed the budget');
    check(executions.length <= used.length, 'a request was sent without a reservation');
    for (const { execution } of executions)
      check(
        sent.filter((one) => one.execution === execution).length <= 3,
        'an execution sent more than three requests',
      );
    for (const objectId of world.objectIds) {
      const effective = sent.filter((one) => one.objectId === objectId && one.changed).length;
      check(effective <= (approvals.get(objectId) ?? 0), `${effective} effective writes on ${objectId}`);
    }
    check(!sent.some(({ objectId }) => objectId === world.unapprovedObject), 'a write without an approval');
    expect({ seed, problems }).toEqual({ seed, problems: [] });
  }
  expect(sends).toBeGreaterThan(interleavings);
  expect(forgedApprovals).toBeGreaterThan(interleavings);
}, 3_600_000);
