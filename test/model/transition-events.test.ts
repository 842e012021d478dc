import { describe, expect, it } from '@jest/globals';
import { type Finding, findingId, type Observed } from '../../src/model/finding/finding.js';
import { exceedsResolutionLimit } from '../../src/model/finding/resolution-limit.js';
import { type Observation, transition } from '../../src/model/finding/transition.js';
import { propose, type Remediation, type RemediationStatus } from '../../src/model/remediation/remediation.js';

const identity = { tenantId: 't', ruleId: 'no-symmetric-signing-key', objectId: 'o', key: 'k' };
const observed: Observed = {
  ...identity,
  id: findingId(identity),
  severity: 'high',
  on: 'application',
  appId: 'a',
  displayName: 'Payroll Sync',
  message: 'Payroll Sync has a key.',
  evidence: { validity: 'valid' },
};
const scan = (at: string) => ({ at, scanId: `scan of ${at}`, author: `scan:${at}` });
const [first, second, third] = ['2026-11-01T02:00:00.000Z', '2026-11-02T02:00:00.000Z', '2026-11-03T02:00:00.000Z'];
const saw = (differs: Partial<Observed> = {}): Observation => ({
  violated: true,
  observed: { ...observed, ...differs },
});
const complies: Observation = { violated: false, because: 'complies' };

function next(previous: Finding | undefined, observation: Observation, at: string) {
  const transitioned = transition(previous, observation, scan(at));
  if (!transitioned) throw new Error('Nothing has changed.');
  return transitioned;
}

const open: Finding = {
  ...observed,
  status: 'open',
  appearedAt: first,
  appearedIn: `scan of ${first}`,
  changedAt: first,
  life: 1,
};
const suppression = { reason: 'retired in May', author: 'ada@example.com', suppressedAt: first, until: third };
const suppressed: Finding = { ...open, status: 'suppressed', suppression };

/** The event that every transition records, apart from what is particular to it. */
const event = (at: string, type: string) => ({
  tenantId: 't',
  ruleId: 'no-symmetric-signing-key',
  findingId: observed.id,
  at,
  type,
  author: `scan:${at}`,
  summary: expect.stringMatching(/^\S.*\.$/),
});

describe('the event of a finding', () => {
  it('that appears has its message, severity and evidence', () => {
    const { finding, events } = next(undefined, saw(), first);
    expect(finding).toEqual(open);
    expect(events).toEqual([
      {
        ...event(first, 'appeared'),
        summary: observed.message,
        detail: { severity: 'high', evidence: { validity: 'valid' }, life: 1 },
      },
    ]);
  });

  it('that reappears has its message and how often it has appeared', () => {
    const resolved = next(open, complies, second).finding;
    const { finding, events } = next(resolved, saw(), third);
    expect(finding).toMatchObject({ status: 'open', appearedAt: third, appearedIn: `scan of ${third}` });
    expect(events).toEqual([{ ...event(third, 'reappeared'), detail: expect.objectContaining({ life: 2 }) }]);
    expect(events[0]?.summary).toMatch(/2.*Payroll Sync has a key\.$/);
  });

  it.each([
    [complies, /no violation/],
    [{ violated: false, because: 'object-gone' } as const, /exists/],
  ])('that is resolved has the reason and the previous status: %j', (observation, summary) => {
    expect(next(open, observation, second).events).toEqual([
      { ...event(second, 'resolved'), detail: { because: observation.because, before: 'open' } },
    ]);
    expect(next(suppressed, observation, second).events[0]).toMatchObject({
      summary: expect.stringMatching(summary),
      detail: { before: 'suppressed' },
    });
  });

  it('that changes has the names and values of what has changed', () => {
    const changes = { severity: 'low', message: 'It has a key.', displayName: 'Payroll', appId: 'b' } as const;
    const { finding, events } = next(open, saw({ ...changes, evidence: { validity: 'expired' } }), second);
    expect(finding).toMatchObject({ ...changes, status: 'open', changedAt: second, appearedAt: first });
    const { severity, message, displayName, appId, evidence } = observed;
    expect(events).toEqual([
      {
        ...event(second, 'changed'),
        detail: {
          before: { severity, message, displayName, appId, evidence },
          after: { ...changes, evidence: { validity: 'expired' } },
        },
      },
    ]);
    expect(events[0]?.summary).toMatch(/severity, message, displayName, appId, evidence/);
  });

  it.each<[string, Partial<Observed>]>([
    ['severity', { severity: 'low' }],
    ['message', { message: 'It has a key.' }],
    ['displayName', { displayName: 'Payroll' }],
    ['appId', { appId: 'b' }],
    ['evidence', { evidence: { validity: 'valid', origin: 'unknown' } }],
    ['evidence', { evidence: {} }],
  ])('that changes has only %s if nothing else has changed', (name, change) => {
    const [changed] = next(open, saw(change), second).events;
    expect(changed).toMatchObject({ type: 'changed', summary: expect.stringMatching(new RegExp(`: ${name}\\.$`)) });
    expect(changed?.detail).toEqual({ before: { [name]: observed[name as 'message'] }, after: change });
  });

  it('whose suppression expires has the suppression', () => {
    const { finding, events } = next(suppressed, saw(), third);
    expect(finding).toEqual({ ...open, changedAt: third });
    expect(events).toEqual([{ ...event(third, 'suppression-expired'), detail: { suppression } }]);
    expect(events[0]?.summary).toContain(third);
  });

  it('whose suppression ends with its evidence has the suppression, and the evidence before and after', () => {
    const evidence = { validity: 'expired' };
    const { finding, events } = next(suppressed, saw({ evidence }), second);
    expect(finding).toEqual({ ...open, evidence, changedAt: second });
    expect(events).toEqual([
      { ...event(second, 'suppression-ended'), detail: { suppression, before: observed.evidence, after: evidence } },
    ]);
  });
});

describe('an observation', () => {
  it('of a compliant object without a finding changes nothing', () => {
    expect(transition(undefined, complies, scan(first))).toBeUndefined();
  });

  it('does not end a suppression before its date', () => {
    expect(transition(suppressed, saw(), scan(second))).toBeUndefined();
  });

  it('does not end a suppression that has no date', () => {
    const { suppression: _none, ...rest } = suppressed;
    expect(transition(rest, saw(), scan(third))).toBeUndefined();
  });
});

describe('a resolved finding', () => {
  const plan = { requests: [], irreversible: false, warnings: [], guard: null };
  const remediation: Remediation = { ...propose(observed.id, plan, first), outcome: 'Sent.' };
  const resolvedWith = (status: RemediationStatus) =>
    next({ ...open, remediation: { ...remediation, status } }, complies, second).finding;

  it('has neither a suppression nor manual steps', () => {
    const manual = { reason: 'No plan.', steps: ['Do it.'] };
    const { finding } = next({ ...suppressed, manual }, complies, second);
    expect(finding).toEqual({ ...open, status: 'resolved', changedAt: second, resolvedAt: second });
  });

  it.each(['applied', 'unneeded'] as const)('keeps a remediation that is %s', (status) => {
    expect(resolvedWith(status).remediation).toEqual({ ...remediation, status });
  });

  it.each(['proposed', 'approved', 'rejected', 'stale', 'failed'] as const)(
    'makes a remediation that is %s unneeded, with the outcome',
    (status) => {
      expect(resolvedWith(status).remediation).toEqual({
        ...remediation,
        status: 'unneeded',
        outcome: expect.stringMatching(/^\S.*\.$/),
      });
    },
  );
});

it('a scan can resolve ten findings at any percentage', () => {
  expect([10, 11].map((resolving) => exceedsResolutionLimit(resolving, resolving, 0))).toEqual([false, true]);
});
