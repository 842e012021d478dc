import { describe, expect, it } from '@jest/globals';
import { restoredPart, type StoredPart } from '../../src/jobs/scan/checkpoint/stored-parts.js';
import { ClaimsMappingIndex } from '../../src/model/tenant/claims-mapping.js';
import { ClassificationIndex } from '../../src/model/tenant/consent-policy.js';
import { DeletedApplicationIndex } from '../../src/model/tenant/deleted-applications.js';
import { SignInFailureIndex } from '../../src/model/tenant/sign-in-failures.js';

const viaJson = <P extends StoredPart>(part: P, value: unknown) =>
  restoredPart(part, JSON.parse(JSON.stringify(value)) as unknown);

describe('a stored part of the tenant', () => {
  it('has the objects with claims-mapping policies, or null', () => {
    const index = viaJson('claimsMappingPolicies', new ClaimsMappingIndex(['o1']));
    expect([index?.appliesTo('o1'), index?.appliesTo('o2')]).toEqual([true, false]);
    expect(viaJson('claimsMappingPolicies', null)).toBeNull();
  });

  it('has the deleted applications', () => {
    const deleted = { id: 'o1', appId: 'A1', deletedDateTime: null };
    const index = viaJson('deletedApplications', new DeletedApplicationIndex([deleted]));
    expect([index.byAppId('a1'), index.byAppId('a2')]).toEqual([deleted, undefined]);
  });

  it('has the classifications of permissions, and the APIs without any', () => {
    const before = new ClassificationIndex();
    before.add('API1', [{ permissionId: 'P1', classification: 'Low' }]);
    before.add('api2', []);
    before.addUnknown('api3');
    const index = viaJson('permissionClassifications', before);
    expect(index.of('api1')).toEqual(new Map([['p1', 'low']]));
    expect([index.of('api2'), index.of('api3')]).toEqual([new Map(), undefined]);
    expect([index.isUnknown('api3'), index.isUnknown('api1')]).toEqual([true, false]);
  });

  it('has the failed sign-ins', () => {
    const failure = { appId: 'A1', resourceId: 'A2', code: 'AADSTS50000', user: 'u1', at: '2026-11-26T00:00:00Z' };
    const before = new SignInFailureIndex([failure, { ...failure, user: undefined }], ['AADSTS1']);
    const index = viaJson('signInFailures', before);
    for (const app of ['a1', 'a2', 'a3'])
      expect(index.of(app, ['AADSTS50000'])).toEqual(before.of(app, ['AADSTS50000']));
    expect(index.of('a1', ['AADSTS50000'])).toMatchObject({ count: 2, users: 1 });
    expect([index.isComplete('AADSTS1'), index.isComplete('AADSTS50000')]).toEqual([false, true]);
  });
});
