import { guidOf } from '../../../../src/rules/testing/cases.js';
import { now, tenantId, userId } from '../../../support/diagnosed-tenant.js';
import { formOf, seconds } from '../../../support/token-requests.js';
import {
  appId,
  appOnly,
  assertionOf,
  authorizationCode,
  clientAssertion,
  graphDefault,
  mark,
  obo,
  type PastedFailureCase,
  pages,
  post,
  secret,
  v2,
} from './pasted-failure.js';

const otherId = 'cccccccc-3333-4333-8333-cccccccccccc';

/** Requests whose parameters, tokens, or scopes are the cause. */
export const requests: readonly PastedFailureCase[] = [
  {
    name: 'OBO without requested_token_use',
    text: post(obo({ requested_token_use: undefined })),
    ...{ cause: 'request', verdict: '900144', source: pages.obo },
  },
  {
    name: 'OBO with a misspelt grant',
    text: post(obo({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt_bearer' })),
    ...{ cause: 'request', verdict: '70003', source: pages.obo },
  },
  {
    name: 'OBO without an assertion',
    text: post(obo({ assertion: undefined })),
    ...{ cause: 'request', verdict: '900144', source: pages.obo },
  },
  {
    name: 'OBO with a token for Microsoft Graph',
    text: post(obo({}, { aud: 'https://graph.microsoft.com' })),
    ...{ cause: 'request', verdict: '500131', source: pages.obo },
  },
  {
    name: 'OBO with a token for another API, and the code 50013',
    text: post(obo({}, { aud: `api://${otherId}` })),
    ...{ code: '50013', cause: 'request', verdict: '50013', says: /audience/, source: pages.codes },
  },
  {
    name: 'OBO with an id_token',
    text: post(obo({}, { scp: undefined, appid: undefined, idtyp: undefined, nonce: 'n', aud: appId() })),
    ...{ cause: 'request', verdict: '240002', source: pages.obo },
  },
  {
    name: 'OBO with "Bearer" before the token',
    text: post(obo({ assertion: `Bearer ${assertionOf()}` })),
    ...{ cause: 'request', verdict: '50027', source: pages.codes },
  },
  {
    name: 'OBO with an expired token',
    text: post(obo({}, { exp: seconds(now) - 7200 })),
    ...{ cause: 'request', verdict: '500133', source: pages.obo },
  },
  {
    name: 'OBO with an app-only token',
    text: post(obo({}, { scp: undefined, idtyp: 'app', roles: ['Payroll.Read.All'] })),
    ...{ cause: 'request', says: /app-only/, source: pages.obo },
  },
  {
    name: 'OBO with a token of another tenant',
    text: post(obo({}, { tid: otherId, iss: `https://sts.windows.net/${otherId}/` })),
    ...{ cause: 'request', verdict: '50013', source: pages.obo },
  },
  {
    name: 'OBO without a client credential',
    text: post(obo({ client_secret: undefined })),
    ...{ cause: 'request', verdict: '7000218', source: pages.codes },
  },
  {
    name: 'OBO with the id of the secret',
    text: post(obo({ client_secret: guidOf('password payroll') })),
    ...{ code: '7000215', cause: 'request', verdict: '7000215', says: /id of a secret/, source: pages.codes },
  },
  {
    name: 'OBO for a permission that is not granted',
    text: post(obo({ scope: 'https://graph.microsoft.com/Mail.Read' })),
    ...{ code: '65001', cause: 'consent', verdict: '65001', says: /Mail\.Read is not granted/ },
    source:
      'https://learn.microsoft.com/en-us/answers/questions/5827610/how-to-configure-on-behalf-of-oauth-flow-so-user-r',
  },
  {
    name: 'OBO for a permission that is not granted, without a code',
    text: post(obo({ scope: 'User.Read Mail.Read' })),
    ...{ cause: 'consent', verdict: '65001', says: /Mail\.Read is not granted/, source: pages.obo },
  },
  {
    name: 'OBO for a permission that the API does not publish',
    text: post(obo({ scope: `https://graph.microsoft.com/${mark}Mail.Reed` })),
    ...{ code: 'AADSTS65001', cause: 'consent', verdict: '65001', says: /does not publish 1 of 1/ },
    source: 'https://github.com/O365/python-o365/issues/551',
  },
  {
    name: 'OBO for a permission that the API does not publish, with its own code',
    text: post(obo({ scope: 'mailread' })),
    ...{
      code: '650053',
      cause: 'consent',
      verdict: '650053',
      source: 'https://github.com/MicrosoftDocs/azure-docs/issues/67211',
    },
  },
  {
    name: 'OBO for an API that is not in the tenant',
    text: post(obo({ scope: 'https://nowhere.example/.default' })),
    ...{ cause: 'consent', verdict: '500011' },
    source: 'https://github.com/Azure-Samples/azure-search-openai-demo/issues/1529',
  },
  {
    name: 'OBO for two APIs',
    text: post(obo({ scope: `api://${otherId}/x User.Read` })),
    ...{ cause: 'request', verdict: '700022', source: pages.scopes },
  },
  {
    name: 'OBO with commas between the scopes',
    text: post(obo({ scope: 'User.Read,Mail.Read' })),
    ...{ cause: 'request', verdict: '70011', source: pages.scopes },
  },
  {
    name: 'ROPC at /common',
    text: post(
      formOf({
        grant_type: 'password',
        client_id: appId(),
        username: 'ada@woodgrove.example',
        password: `${mark}pw`,
        scope: 'User.Read',
      }),
      'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    ),
    ...{ cause: 'request', verdict: '9001023' },
    source: 'https://github.com/AzureAD/microsoft-authentication-library-for-java/issues/382',
  },
  {
    name: 'client credentials at /common',
    text: post(appOnly(), 'https://login.microsoftonline.com/common/oauth2/v2.0/token'),
    ...{ cause: 'request', verdict: '50059', source: pages.clientCredentials },
  },
  {
    name: 'client credentials with a single permission',
    text: post(appOnly({ scope: 'https://graph.microsoft.com/User.Read' })),
    ...{ cause: 'request', verdict: '1002012', source: pages.clientCredentials },
  },
  {
    name: 'client credentials sent as JSON',
    text: `curl ${v2} -H 'Content-Type: application/json' -d '{"grant_type":"client_credentials","client_id":"${appId()}","client_secret":"${secret}","scope":"${graphDefault}"}'`,
    ...{ cause: 'request', verdict: '900144', says: /JSON/, source: pages.codes },
  },
  {
    name: 'a token request sent with GET',
    text: `GET ${v2}?${appOnly()}`,
    ...{ cause: 'request', verdict: '900561', source: pages.codes },
  },
  {
    name: 'resource at the v2.0 endpoint',
    text: post(appOnly({ resource: 'https://graph.microsoft.com' })),
    ...{ cause: 'request', verdict: '901002', source: pages.scopes },
  },
  {
    name: 'the endpoint of another tenant',
    text: post(appOnly(), v2.replace(tenantId, otherId)),
    ...{ cause: 'request', verdict: '700016', source: pages.codes },
  },
  {
    name: 'a secret with a raw &',
    text: post(`${appOnly({ client_secret: undefined })}&client_secret=${mark}ab&cd9.${mark}rest`),
    ...{ code: '7000215', cause: 'request', verdict: '7000215', says: /contains an &/, source: pages.form },
  },
  {
    name: 'a secret with a raw &, without a code',
    text: post(
      `grant_type=client_credentials&client_id=${appId()}&client_secret=${mark}ab&${mark}cd&scope=${encodeURIComponent(graphDefault)}`,
    ),
    ...{ cause: 'request', verdict: '7000215', says: /contains an &/, source: pages.form },
  },
  {
    name: 'a secret with a raw +',
    text: post(`${appOnly({ client_secret: undefined })}&client_secret=${mark}ab+cd9`),
    ...{ code: '7000215', cause: 'request', verdict: '7000215', says: /contains a \+/, source: pages.form },
  },
  {
    name: 'a redirect URI that is not registered',
    text: post(authorizationCode({ redirect_uri: `https://portal.woodgrove.example/${mark}signin/` })),
    ...{ app: 'portal', cause: 'request', verdict: '50011', source: pages.redirect },
  },
  {
    name: 'an authorization code request of a single-tenant app at /common',
    text: post(authorizationCode(), 'https://login.microsoftonline.com/common/oauth2/v2.0/token'),
    ...{
      app: 'portal',
      cause: 'request',
      verdict: '50194',
      source: 'https://github.com/MicrosoftDocs/azure-docs/issues/55341',
    },
  },
  {
    name: 'a device code of a confidential client',
    text: post(
      formOf({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: appId(),
        device_code: `${mark}DAQAB`,
      }),
    ),
    ...{ cause: 'request', verdict: '7000218', source: pages.deviceCode },
  },
  {
    name: 'an expired client assertion',
    text: post(appOnly(clientAssertion({ exp: seconds(now) - 3600 }))),
    ...{ cause: 'request', verdict: '700024', source: pages.certificate },
  },
  {
    name: 'a client assertion for another audience',
    text: post(appOnly(clientAssertion({ aud: 'https://graph.microsoft.com' }))),
    ...{ cause: 'request', verdict: '700023', source: pages.certificate },
  },
  {
    name: 'a client assertion with another issuer',
    text: post(appOnly(clientAssertion({ iss: otherId }))),
    ...{ cause: 'request', verdict: '700021', source: pages.certificate },
  },
  {
    name: 'delegated access to an API of application permissions',
    text: post(obo({ scope: `${appId('robots')}/.default` })),
    ...{ cause: 'application-only-resource', verdict: '50000', source: pages.symmetric },
  },
  {
    name: 'a token of a session that was revoked',
    text: post(obo({}, { oid: userId('revoked') })),
    ...{
      user: 'revoked@woodgrove.example',
      cause: 'password',
      verdict: '50173',
      says: /are revoked/,
      source: pages.codes,
    },
  },
];
