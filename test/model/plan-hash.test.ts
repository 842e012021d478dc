import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  type Plan,
  planHash,
  planProblem,
  propose,
  remediationStatuses,
} from '../../src/model/remediation/remediation.js';
import { canonicalJson } from '../../src/model/text/canonical-json.js';

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

  it('does not depend on the order of members', () => {
    const { path, removed, kept } = plan.guard as Record<string, unknown>;
    expect(planHash({ ...plan, guard: { kept, removed, path } })).toBe(planHash(plan));
  });

  it.each<[string, Partial<Plan>]>([
    ['requests', { requests: [] }],
    ['path of a request', { requests: [{ method: 'PATCH', path: '/applications/2', body: { keyCredentials: [] } }] }],
    ['guard', { guard: { ...(plan.guard as object), path: '/applications/2' } }],
    ['reversibility', { irreversible: false }],
    ['warnings', { warnings: [] }],
    ['way to undo it', { undo: 'PUT /policies/1' }],
    ['remediation that it undoes', { undoes: { remediationId: 'r', before: {}, left: {} } }],
  ])('differs with the %s', (_name, change) => {
    expect(planHash({ ...plan, ...change })).not.toBe(planHash(plan));
  });
});

describe('a stored plan', () => {
  const stored = (change: Partial<Plan>, hash: string) => ({ plan: { ...plan, ...change }, planHash: hash });
  it('is intact if it matches its hash', () => {
    expect(planProblem(stored({}, planHash(plan)))).toBeUndefined();
  });

  it('is outdated if it matches the hash of version 0.1, whatever its requests are', () => {
    expect(
      planProblem(
        stored(
          { requests: [] },
          createHash('sha256')
            .update(canonicalJson([plan.guard, true, plan.warnings]))
            .digest('hex'),
        ),
      ),
    ).toBe('outdated');
  });

  it.each<[string, Partial<Plan>]>([
    ['requests', { requests: [] }],
    ['warnings', { warnings: [] }],
    ['guard', { guard: {} }],
    ['reversibility', { irreversible: false }],
  ])('is altered if its %s do not match its hash', (_name, change) => {
    expect(planProblem(stored(change, planHash(plan)))).toBe('altered');
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
    expect(proposal.id).toBe('064aca60f2c3258c');
  });
});

it('the statuses of a remediation are these', () => {
  expect(remediationStatuses).toEqual(['proposed', 'approved', 'rejected', 'applied', 'unneeded', 'stale', 'failed']);
});
