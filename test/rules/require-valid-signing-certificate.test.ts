import { describe, expect, it } from '@jest/globals';
import type { KeyCredential, WholeServicePrincipal } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-valid-signing-certificate/rule.js';
import { anApp, aSamlSigningCertificate, guidOf } from '../../src/rules/testing/cases.js';
import { violationsOf } from './judge.js';

describe('a signing certificate that has expired', () => {
  const keyId = guidOf('key border');
  const endDateTime = '2025-03-01T00:00:00Z';
  const keys = (members: Partial<KeyCredential>) =>
    aSamlSigningCertificate('border').keyCredentials.map((key) => ({ ...key, ...members }));
  const found = (members: Partial<KeyCredential>, of: Partial<WholeServicePrincipal> = {}, tenant = {}) =>
    violationsOf(rule, {
      app: anApp('Border', {
        servicePrincipal: { preferredSingleSignOnMode: 'SAML', keyCredentials: keys(members), ...of },
      }),
      tenant,
    });

  it('has a violation with its end date and the single sign-on mode', () => {
    expect(found({ endDateTime })).toEqual([
      {
        on: 'servicePrincipal',
        objectId: anApp('Border').servicePrincipal?.id,
        key: keyId,
        message: expect.stringMatching(/Border is expired\.$/),
        evidence: { keyId, endDateTime, validity: 'expired', preferredSingleSignOnMode: 'SAML' },
      },
    ]);
  });

  it('has a violation of low severity without a single sign-on mode', () => {
    const [violation] = found({ endDateTime }, { preferredSingleSignOnMode: null });
    expect(violation).toMatchObject({ severity: 'low', evidence: { preferredSingleSignOnMode: null } });
  });

  it('has a violation if it has no id', () => {
    const { type, usage } = keys({})[0] as KeyCredential;
    const [violation] = found({}, { keyCredentials: [{ type, usage, endDateTime } as KeyCredential] });
    expect(violation).toMatchObject({ key: '', evidence: { keyId: null } });
  });

  it('has no violation on a first-party app of the settings', () => {
    const foreign = { appOwnerOrganizationId: 'partner' };
    const tenantIds = ['partner'];
    expect(found({ endDateTime }, foreign)).toHaveLength(1);
    expect(found({ endDateTime }, foreign, { firstParty: { appIds: [], tenantIds } })).toEqual([]);
  });

  it('has a violation in time, with the days in the message', () => {
    expect(found({ endDateTime: '2026-12-10T00:00:00Z' })).toMatchObject([
      {
        severity: 'medium',
        message: expect.stringMatching(/Border expires within 30 days\.$/),
        evidence: { endDateTime: '2026-12-10T00:00:00Z', validity: 'expires-soon' },
      },
    ]);
  });
});
