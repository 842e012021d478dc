import { describe, expect, it } from '@jest/globals';
import type { WholeApplication } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-service-principal/rule.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { undeterminedKeys, violationsOf } from './judge.js';

describe('an application without a service principal', () => {
  function without(signInAudience: unknown) {
    const web = { redirectUris: ['https://stock.woodgrove.example'] };
    const members = { signInAudience, web } as Partial<WholeApplication>;
    return anApp('Warehouse API', { application: members, servicePrincipal: null });
  }

  it.each(['AzureADMyOrg', 'AzureADMultipleOrgs', 'azureadandpersonalmicrosoftaccount'])(
    'has a violation that rests on an absence, with the audience %p',
    (signInAudience) => {
      const app = without(signInAudience);
      expect(violationsOf(rule, { app })).toEqual([
        {
          on: 'application',
          objectId: app.application?.id,
          message: expect.stringMatching(/^Warehouse API .+\.$/),
          evidence: { appId: app.appId, signInAudience },
          restsOnAbsenceOf: 'servicePrincipal',
        },
      ]);
      expect(undeterminedKeys(rule, { app })).toEqual([]);
    },
  );

  it.each([null, undefined, '', 'AzureADMyOrganization', 'NotAzureADMyOrg'])(
    'is undetermined with the audience %p, which is not documented',
    (signInAudience) => {
      const app = without(signInAudience);
      expect([violationsOf(rule, { app }), undeterminedKeys(rule, { app })]).toEqual([[], ['']]);
    },
  );

  it('is determined for personal accounts, and with a service principal whatever the audience is', () => {
    const personal = without('PersonalMicrosoftAccount');
    const present = anApp('Warehouse API', { application: { signInAudience: null } as never });
    expect([personal, present].flatMap((app) => undeterminedKeys(rule, { app }))).toEqual([]);
    expect([personal, present].flatMap((app) => violationsOf(rule, { app }))).toEqual([]);
  });
});
