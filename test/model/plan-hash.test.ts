import { describe, expect, it } from '@jest/globals';
import { type Plan, planHash, propose, remediationStatuses } from '../../src/model/remediation/remediation.js';

const plan: Plan = {
  requests: [{ method: 'PATCH', path: '/applications/1', body: { keyCredentials: [] } }],
  irreversible: true,
  warnings: ['The key is valid today.'],
  guard: { path: '/applications/1', removed: { keyId: 'k' }, kept: [] },
};

describe('the hash of a plan', () => {
  it('is a SHA-256 in hexadecimal digits', () => {
    expect(planHash(plan)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order of members or on anything outside the guard', () => {
    const { path, removed, kept } = plan.guard as Record<string, unknown>;
    expect(planHash({ ...plan, guard: { kept, removed, path } })).toBe(planHash(plan));
    expect(planHash({ ...plan, requests: [] })).toBe(planHash(plan));
  });

  it.each<[string, Partial<Plan>]>([
    ['guard', { guard: { ...(plan.guard as object), path: '/applications/2' } }],
    ['reversibility', { irreversible: false }],
    ['warnings', { warnings: [] }],
  ])('differs with the %s', (_name, change) => {
    expect(planHash({ ...plan, ...change })).not.toBe(planHash(plan));
  });
});

describe('a proposal', () => {
  const at = '2026-11-24T02:00:00.000Z';
  const proposal = propose('0123456789abcdef', plan, at);

  it('has the plan, its hash, the time and the status proposed', () => {
    expect(proposal).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      status: 'proposed',
      plan,
      planHash: planHash(plan),
      proposedAt: at,
    });
  });

  it.each<[string, ReturnType<typeof propose>]>([
    ['finding', propose('fedcba9876543210', plan, at)],
    ['plan', propose('0123456789abcdef', { ...plan, warnings: [] }, at)],
    ['time', propose('0123456789abcdef', plan, '2026-11-25T02:00:00.000Z')],
  ])('has another id with another %s', (_name, other) => {
    expect(other.id).not.toBe(proposal.id);
  });

  it('keeps its id in later versions, because stored approvals and messages contain it', () => {
    expect(proposal.id).toBe('e512ce39c31e9e19');
  });
});

it('the statuses of a remediation are these', () => {
  expect(remediationStatuses).toEqual(['proposed', 'approved', 'rejected', 'applied', 'unneeded', 'stale', 'failed']);
});
