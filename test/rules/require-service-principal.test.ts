import { describe, expect, it } from '@jest/globals';
import type { WholeApplication } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-service-principal/rule.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { violationsOf } from './judge.js';

describe('an application without a service principal', () => {
  it.each([
    ['AzureADMultipleOrgs', 'AzureADMultipleOrgs'],
    [null, null],
    [undefined, null],
  ])('has a violation that rests on an absence, with the audience %p', (signInAudience, evidence) => {
    const members = { signInAudience } as Partial<WholeApplication>;
    const app = anApp('Warehouse API', { application: members, servicePrincipal: null });
    expect(violationsOf(rule, { app })).toEqual([
      {
        on: 'application',
        objectId: app.application?.id,
        message: expect.stringMatching(/^Warehouse API .+\.$/),
        evidence: { appId: app.appId, signInAudience: evidence },
        restsOnAbsenceOf: 'servicePrincipal',
      },
    ]);
  });
});
