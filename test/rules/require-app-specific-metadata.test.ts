import { describe, expect, it } from '@jest/globals';
import type { KeyCredential, WholeApplication, WholeServicePrincipal } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-app-specific-metadata/rule.js';
import { aScope } from '../../src/rules/testing/case-apis.js';
import { anApp, aSamlSigningCertificate, guidOf } from '../../src/rules/testing/cases.js';
import { signing, violationsOf } from './judge.js';

const keyId = guidOf('key own');

describe('an app with an app-specific signing key', () => {
  const redirecting = { redirectUris: ['https://claims.woodgrove.example/signin'] };
  const found = (
    application: Partial<WholeApplication> | null,
    servicePrincipal: Partial<WholeServicePrincipal> | null,
  ) => violationsOf(rule, { app: anApp('Claims', { application, servicePrincipal }) });

  it('has a violation with the address of its metadata', () => {
    const { appId, servicePrincipal } = anApp('Claims');
    expect(found({ web: redirecting }, signing())).toEqual([
      {
        on: 'servicePrincipal',
        objectId: servicePrincipal?.id,
        key: keyId,
        message: expect.stringMatching(
          new RegExp(`^An app-specific key signs the tokens for Claims.*appid=${appId}\\)\\.$`),
        ),
        evidence: { keyId, metadata: `/.well-known/openid-configuration?appid=${appId}` },
      },
    ]);
  });

  it('has a violation if the key has no id', () => {
    const { type, usage } = aSamlSigningCertificate('own').keyCredentials[0] as KeyCredential;
    const keyCredentials = [{ type, usage } as KeyCredential];
    expect(found({ web: redirecting }, { keyCredentials })).toMatchObject([{ key: '', evidence: { keyId: null } }]);
  });

  it.each<[string, Partial<WholeApplication>, string | null, boolean]>([
    ['signs users in on the web', { web: redirecting }, null, true],
    ['signs users in on a page', { spa: redirecting }, null, true],
    ['signs users in on a device', { publicClient: redirecting }, null, true],
    ['publishes permissions', { api: { oauth2PermissionScopes: [aScope('Rates.Read')] } }, null, true],
    ['has single sign-on in another case', {}, 'OIDC', true],
    ['has another mode of single sign-on', {}, 'password', false],
    ['has another mode of single sign-on and signs users in', { web: redirecting }, 'password', true],
    ['has SAML in another case', { web: redirecting }, 'SAML', false],
    ['has clients without a redirect URI', { web: { redirectUris: [] }, spa: {}, publicClient: null }, null, false],
  ])('that %s: %j, %j, violated: %p', (_name, application, preferredSingleSignOnMode, violated) => {
    expect(found(application, signing({ preferredSingleSignOnMode }))).toHaveLength(violated ? 1 : 0);
  });

  it('has no violation if the key is not valid', () => {
    expect(found({ web: redirecting }, signing({}, { startDateTime: '2094-01-01T00:00:00Z' }))).toEqual([]);
  });

  it('has no violation without an application or a service principal', () => {
    expect([found(null, signing()), found({ web: redirecting }, null)]).toEqual([[], []]);
  });
});
