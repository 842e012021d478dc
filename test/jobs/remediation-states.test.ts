import { describe, expect, it } from '@jest/globals';
import { remediationStatuses } from '../../src/model/remediation/remediation.js';
import {
  allows,
  hasEnded,
  nextState,
  type RemediationActor,
  type RemediationEvent,
  type RemediationState,
  remediationStates,
  remediationTransitions,
} from '../../src/model/remediation/states.js';

/** The state after each event: one row for each event and actor, one column for each state; a dot is illegal. */
const table = `
                       none      proposed  approved  rejected  applied   unneeded  stale     failed
scan       propose     proposed  proposed  proposed  proposed  proposed  proposed  proposed  proposed
scan       confirm     .         applied   applied   applied   .         .         applied   applied
scan       resolve     .         unneeded  unneeded  unneeded  .         .         unneeded  unneeded
scan       refuse      .         .         stale     .         .         .         .         .
scan       withdraw    .         none      none      none      none      none      none      none
approver   propose-undo .        .         .         .         proposed  .         .         .
approver   approve     .         approved  .         approved  .         .         approved  approved
approver   approve-first .       proposed  .         proposed  .         .         proposed  proposed
approver   reject      .         rejected  rejected  .         .         .         rejected  rejected
remediator start       .         .         approved  .         .         .         .         .
remediator apply       .         .         applied   .         .         .         .         applied
remediator skip        .         .         unneeded  .         .         .         .         .
remediator expire      .         .         stale     .         .         .         .         .
remediator refuse      .         .         stale     .         .         .         .         .
remediator replan      .         .         stale     .         .         .         .         .
remediator fail        .         .         failed    .         .         .         .         .
remediator withdraw    .         .         none      .         .         .         .         .
`;

const [columns = [], ...rows] = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const expected = new Map(
  rows.flatMap(([actor, event, ...after]) =>
    after.map((to, i): [string, string] => [`${actor} ${event} ${columns[i]}`, to]),
  ),
);
const actors: readonly RemediationActor[] = ['scan', 'approver', 'remediator'];
const events = [...new Set(remediationTransitions.map(({ event }) => event))];
const cases = actors.flatMap((actor) =>
  events.flatMap((event) => remediationStates.map((state) => [actor, event, state] as const)),
);

describe('the states of a remediation', () => {
  it('match the columns of the table, and the events of each actor match its rows', () => {
    expect(columns).toEqual(remediationStates);
    const named = new Set(remediationTransitions.map(({ by, event }) => `${by} ${event}`));
    expect(new Set(rows.map(([actor, event]) => `${actor} ${event}`))).toEqual(named);
  });

  it.each(cases)('%s: %s of a remediation that is %s', (actor, event, state) => {
    const to = expected.get(`${actor} ${event} ${state}`) ?? '.';
    expect(allows(state, event, actor)).toBe(to !== '.');
    if (to !== '.') expect(nextState(state, event, actor)).toBe(to);
    else expect(() => nextState(state, event, actor)).toThrow(expect.objectContaining({ code: 'decision-refused' }));
  });

  it('change to approved only by an approver', () => {
    const others = remediationTransitions.filter(({ by, to }) => to === 'approved' && by !== 'approver');
    expect(others.flatMap(({ from }): readonly RemediationState[] => from)).toEqual(['approved']);
  });

  it('have ended if a scan has nothing left to resolve', () => {
    const ended = remediationStatuses.filter((status) => !allows(status, 'resolve', 'scan'));
    expect(remediationStatuses.filter(hasEnded)).toEqual(ended);
  });
});

describe('an illegal transition', () => {
  it.each<[RemediationState, RemediationEvent, RemediationActor, string]>([
    ['applied', 'approve', 'approver', 'The plan is already applied.'],
    ['rejected', 'apply', 'remediator', 'The remediator cannot apply a plan that is rejected.'],
  ])('of a plan that is %s by %s names both', (state, event, actor, message) => {
    expect(() => nextState(state, event, actor)).toThrow(
      expect.objectContaining({ name: 'ConsentinelError', code: 'decision-refused', message }),
    );
  });
});
