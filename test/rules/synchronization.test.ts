import { describe, expect, it } from '@jest/globals';
import type { TenantRule } from '../../src/model/rule/rule.js';
import type { Domain, HybridOrganization, SynchronizationFeatures } from '../../src/model/tenant/hybrid.js';
import { rule as directorySync } from '../../src/rules/require-fresh-directory-sync/rule.js';
import { rule as passwordSync } from '../../src/rules/require-fresh-password-sync/rule.js';
import { rule as expiryAlignment } from '../../src/rules/require-password-expiry-alignment/rule.js';
import { caseTenant } from '../../src/rules/testing/cases.js';
import { sentence, tenantViolations, undeterminedOf } from './judge.js';

const base = { on: 'tenant', objectId: caseTenant.id, message: expect.stringMatching(sentence) };
const fresh = '2026-11-24T01:47:03Z';
const stale = '2026-11-22T20:31:00Z';
const hybrid: HybridOrganization = {
  onPremisesSyncEnabled: true,
  onPremisesLastSyncDateTime: fresh,
  onPremisesLastPasswordSyncDateTime: fresh,
};
const on: SynchronizationFeatures = {
  passwordSyncEnabled: true,
  cloudPasswordPolicyForPasswordSyncedUsersEnabled: false,
};
const domain: Domain = {
  id: 'woodgrove.example',
  authenticationType: 'Managed',
  isVerified: true,
  passwordValidityPeriodInDays: 90,
};

interface Parts {
  organization?: Partial<HybridOrganization>;
  features?: Partial<SynchronizationFeatures> | null;
  domains?: Partial<Domain>[];
}

/** What a rule finds, and what it cannot tell, in a hybrid tenant that differs like this. */
function judged(rule: TenantRule, { organization, features = {}, domains = [{}] }: Parts) {
  const parts = {
    organization: { ...hybrid, ...organization },
    onPremisesSynchronization: features && { ...on, ...features },
    domains: domains.map((members) => ({ ...domain, ...members })),
  };
  return { found: tenantViolations(rule, parts), undetermined: undeterminedOf(rule, parts) };
}

describe('the synchronization of the directory', () => {
  it('has a violation if the last run is too old', () => {
    const { found, undetermined } = judged(directorySync, { organization: { onPremisesLastSyncDateTime: stale } });
    expect(found).toEqual([{ ...base, evidence: { onPremisesLastSyncDateTime: stale } }]);
    expect(found[0]?.message).toMatch(/Woodgrove Bank .*2026-11-22T20:31:00Z/);
    expect(undetermined).toBeUndefined();
  });

  it.each<[Partial<HybridOrganization>, boolean]>([
    [{ onPremisesLastSyncDateTime: fresh }, false],
    [{ onPremisesLastSyncDateTime: null }, true],
    [{ onPremisesLastSyncDateTime: null, onPremisesSyncEnabled: null }, false],
    [{ onPremisesLastSyncDateTime: stale, onPremisesSyncEnabled: null }, false],
    [{ onPremisesLastSyncDateTime: stale, onPremisesSyncEnabled: false }, false],
  ])('has no violation: %j; undetermined: %p', (organization, undetermined) => {
    expect(judged(directorySync, { organization })).toEqual({
      found: [],
      undetermined: undetermined ? expect.stringMatching(sentence) : undefined,
    });
  });
});

describe('the synchronization of password hashes', () => {
  const late = { onPremisesLastPasswordSyncDateTime: stale };

  it('has a violation if the last run is too old', () => {
    const { found, undetermined } = judged(passwordSync, { organization: late });
    expect(found).toEqual([{ ...base, evidence: { onPremisesLastPasswordSyncDateTime: stale } }]);
    expect(found[0]?.message).toMatch(/Woodgrove Bank .*2026-11-22T20:31:00Z/);
    expect(undetermined).toBeUndefined();
  });

  it.each<[Partial<HybridOrganization>, Partial<SynchronizationFeatures> | null, boolean]>([
    [{}, {}, false],
    [{ ...late, onPremisesSyncEnabled: null }, {}, false],
    [late, { passwordSyncEnabled: false }, false],
    [late, null, true],
    [{}, null, false],
    [{ onPremisesLastPasswordSyncDateTime: null }, {}, true],
  ])('has no violation: %j, %j; undetermined: %p', (organization, features, undetermined) => {
    expect(judged(passwordSync, { organization, features })).toEqual({
      found: [],
      undetermined: undetermined ? expect.stringMatching(sentence) : undefined,
    });
  });
});

describe('passwords that expire except for synchronized users', () => {
  it('have a violation with the shortest period', () => {
    const domains = [
      { passwordValidityPeriodInDays: 90 },
      { passwordValidityPeriodInDays: 30 },
      { passwordValidityPeriodInDays: 2_147_483_647 },
    ];
    const { found, undetermined } = judged(expiryAlignment, { domains });
    expect(found).toEqual([{ ...base, evidence: { domains: 2, passwordValidityPeriodInDays: 30 } }]);
    expect(found[0]?.message).toMatch(/Woodgrove Bank .* 30 days/);
    expect(undetermined).toBeUndefined();
  });

  it.each<[string, Partial<Domain>, boolean]>([
    ['managed, in another case', { authenticationType: 'MANAGED' }, true],
    ['without an authentication type', { authenticationType: null as never }, false],
    ['federated', { authenticationType: 'Federated' }, false],
    ['not verified', { isVerified: false }, false],
    ['with the longest period', { passwordValidityPeriodInDays: 2_147_483_646 }, true],
    ['with passwords that never expire', { passwordValidityPeriodInDays: 2_147_483_647 }, false],
    ['without a period', { passwordValidityPeriodInDays: null }, false],
  ])('in a domain that is %s: %j, violated: %p', (_name, members, violated) => {
    expect(judged(expiryAlignment, { domains: [members] }).found).toHaveLength(violated ? 1 : 0);
  });

  it.each<[Parts, boolean]>([
    [{ organization: { onPremisesSyncEnabled: null } }, false],
    [{ features: { passwordSyncEnabled: false } }, false],
    [{ features: { cloudPasswordPolicyForPasswordSyncedUsersEnabled: true } }, false],
    [{ features: { cloudPasswordPolicyForPasswordSyncedUsersEnabled: null } }, true],
    [{ features: { passwordSyncEnabled: null } }, true],
    [{ features: null }, true],
    [{ features: null, domains: [] }, false],
    [{ domains: [] }, false],
  ])('have no violation: %j; undetermined: %p', (parts, undetermined) => {
    expect(judged(expiryAlignment, parts)).toEqual({
      found: [],
      undetermined: undetermined ? expect.stringMatching(sentence) : undefined,
    });
  });
});
