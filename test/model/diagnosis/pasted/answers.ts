import {
  appId,
  appOnly,
  correlationId,
  errorJson,
  mark,
  obo,
  type PastedFailureCase,
  pages,
  post,
  secret,
  timestamp,
  v2,
} from './pasted-failure.js';

const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';

/** Answers, logs and error pages: the code decides, and problems of the app are also found. */
export const answers: readonly PastedFailureCase[] = [
  {
    name: 'the error JSON of a wrong secret, for an app with a symmetric key',
    text: errorJson(
      '7000215',
      'Invalid client secret provided. Ensure the secret being sent is the client secret value.',
    ),
    ...{ app: 'signer', cause: 'request', verdict: '7000215', alsoFound: ['AADSTS50000'], source: pages.codes },
  },
  {
    name: 'the error JSON of a missing second factor, for an app with a symmetric key',
    text: errorJson(
      '50076',
      'Due to a configuration change made by your administrator, you must use multi-factor authentication.',
      { claims },
    ),
    ...{
      app: 'signer',
      cause: 'none',
      verdict: '50076',
      alsoFound: ['AADSTS50000'],
      says: /claims challenge/,
      source: pages.claims,
    },
  },
  {
    name: 'the error JSON of a wrong password, for an app with a symmetric key',
    text: errorJson('50126', 'Error validating credentials due to invalid username or password.'),
    ...{ app: 'signer', cause: 'password', verdict: '50126', alsoFound: ['AADSTS50000'], source: pages.codes },
  },
  {
    name: 'the error JSON of 50000, for an app with a symmetric key',
    text: errorJson('50000', 'There was an error issuing a token or an issue with our sign-in service.'),
    ...{ app: 'signer', cause: 'symmetric-key', verdict: '50000', source: pages.symmetric },
  },
  {
    name: 'the error JSON of an expired secret',
    text: errorJson(
      '7000222',
      'The provided client secret keys for app are expired. Visit the Azure portal to create new keys.',
    ),
    ...{ app: 'stale', cause: 'request', verdict: '7000222', says: /is expired/, source: pages.codes },
  },
  {
    name: 'the error JSON of a missing signing key',
    text: errorJson('50146', 'This application is required to be configured with an application-specific signing key.'),
    ...{ app: 'lapsedSaml', cause: 'symmetric-key', verdict: '50146', says: /is expired/, source: pages.codes },
  },
  {
    name: 'the error JSON of an invalid assertion, for a middle tier with its own key',
    text: errorJson('50013', 'Assertion failed signature validation. [Reason - The key was not found.]'),
    ...{ app: 'ownKey', cause: 'request', verdict: '50013', says: /signing key/, source: pages.obo },
  },
  {
    name: 'the log of a service without a service principal',
    text: `Original exception: AADSTS7000229: The client application ${appId('absent')} is missing service principal in the tenant. Trace ID: 1f6a92a9-f3a8-4071-889a-6a2ea88d9500 Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    ...{ app: 'absent', cause: 'consent', verdict: '7000229' },
    source: 'https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830',
  },
  {
    name: 'the error page of a disabled app',
    text: `Request Id: 1ffc7204-0b42-46c2-ae94-89ba457f4300\nCorrelation Id: ${correlationId}\nTimestamp: 2026-11-24T01:58:12Z\nMessage: AADSTS7000112: Application is disabled.`,
    ...{ app: 'disabled', cause: 'consent', verdict: '7000112', says: /disabled/, source: pages.codes },
  },
  {
    name: 'the error page of a user who is not assigned',
    text: `Sorry, but we're having trouble signing you in.\nAADSTS50105: Your administrator has configured the application Closed to block users unless they are specifically granted access.`,
    ...{
      app: 'closed',
      user: 'dora@woodgrove.example',
      cause: 'consent',
      verdict: '50105',
      says: /groups of the user are not assigned/,
    },
    source: 'https://github.com/o365soa/soa/issues/90',
  },
  {
    name: 'the same error page of a member of a nested group',
    text: 'AADSTS50105: The signed in user is not assigned to a role for the application.',
    ...{ app: 'closed', user: 'carl@woodgrove.example', cause: 'consent', verdict: '50105', says: /Nested groups/ },
    source: pages.assignment,
  },
  {
    name: 'the sign-in log of a user whose password has expired',
    text: `Sign-in error code 50055\nFailure reason\tInvalidPasswordExpiredPassword\nCorrelation ID: ${correlationId}\nApplication: Payroll API`,
    ...{
      user: 'expired@woodgrove.example',
      cause: 'password',
      verdict: '50055',
      says: /changed \d+ days ago/,
      source: pages.codes,
    },
  },
  {
    name: 'the code of a disabled user',
    text: 'AADSTS50057',
    ...{
      user: 'disabled@woodgrove.example',
      cause: 'password',
      verdict: '50057',
      says: /disabled/,
      source: pages.codes,
    },
  },
  {
    name: 'the error page of a user of another tenant',
    text: `AADSTS50020: User account 'x@live.example' from identity provider 'live.com' does not exist in tenant 'Woodgrove' and cannot access the application.`,
    ...{ cause: 'password', verdict: '50020', source: 'https://github.com/O365/python-o365/issues/1119' },
  },
  {
    name: 'the error JSON of an external account',
    text: errorJson('90072', "User account '{EmailHidden}' from identity provider does not exist in tenant."),
    ...{ cause: 'password', verdict: '90072', source: 'https://github.com/rootinc/laravel-azure-middleware/issues/22' },
  },
  {
    name: 'the log of the Azure CLI about a device that is not managed',
    text: `DEBUG: msal.application: Refresh failed. invalid_grant: AADSTS530003: Your device is required to be managed to access this resource. Trace ID: a3c52841-d43e-4d86-88e7-d0f2c3862b00 Correlation ID: ${correlationId} Timestamp: ${timestamp}\nDEBUG: msal.application: Found 1 RTs matching {'client_id': '04b07795-8ddb-461a-bbee-02f9e1bf7b46'}`,
    ...{ app: 'signer', cause: 'none', verdict: '530003', alsoFound: ['AADSTS50000'] },
    source: 'https://github.com/Azure/azure-cli/issues/29282',
  },
  {
    name: 'a message of MSAL.NET with a claims challenge',
    text: `MSAL.NetCore.4.65.0.0.MsalUiRequiredException:\n\tErrorCode: invalid_grant\nMicrosoft.Identity.Client.MsalUiRequiredException: AADSTS50079: Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.\n\tStatusCode: 400\n\tClaims: ${claims}\n\tCorrelation Id: ${correlationId}`,
    ...{ cause: 'none', verdict: '50079', says: /claims challenge/, source: pages.claims },
  },
  {
    name: 'the error JSON of a block by Conditional Access',
    text: errorJson('53003', 'Access has been blocked by Conditional Access policies.'),
    ...{ cause: 'none', verdict: '53003', says: /Conditional Access/, source: pages.codes },
  },
  {
    name: 'the log of a workflow whose federated subject does not match',
    text: `Error: AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:woodgrove/payroll:ref:refs/heads/main'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    ...{ cause: 'request', verdict: '700213', source: 'https://github.com/Azure/login/issues/482' },
  },
  {
    name: 'the log of a pod without a federated credential',
    text: 'AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: https://oidc.example/',
    ...{ cause: 'request', verdict: '70021', source: 'https://github.com/Azure/azure-workload-identity/issues/340' },
  },
  {
    name: 'an invalid signature of a client assertion',
    text: `AuthenticationRequiredError: invalid_client: 700027 - [${timestamp}]: AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found.]`,
    ...{ cause: 'request', verdict: '700027', source: 'https://github.com/Azure/azure-sdk-for-js/issues/21606' },
  },
  {
    name: 'a certificate whose subject is not authorized',
    text: "AADSTS700030: Invalid certificate - subject name in certificate isn't authorized.",
    ...{ cause: 'request', verdict: '700030', source: pages.codes },
  },
  {
    name: 'a refresh token that was not used for 90 days',
    text: 'invalid_grant: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-07-31T08:00:26Z and was inactive for 90.00:00:00.',
    ...{ app: 'signer', cause: 'none', verdict: '700082', alsoFound: ['AADSTS50000'], source: pages.codes },
  },
  {
    name: 'consent between apps of Microsoft',
    text: 'AADSTS65002: Consent between first party application and first party resource must be configured via preauthorization.',
    ...{ cause: 'consent', verdict: '65002' },
    source: 'https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/668',
  },
  {
    name: 'an API of which the client is no role',
    text: "invalid_client: AADSTS501051: Application 'client' is not assigned to a role for the application 'api'.",
    ...{
      cause: 'consent',
      verdict: '501051',
      source: 'https://github.com/Azure-Samples/active-directory-dotnet-daemon/issues/10',
    },
  },
  {
    name: 'the redirect of a user who declined',
    text: 'https://portal.woodgrove.example/signin?error=access_denied&error_description=AADSTS65004%3a+User+declined+to+consent+to+access+the+app.%0d%0aCorrelation+ID%3a+aaaa0000-bb11-2222-33cc-444444dddddd&state=12345',
    ...{ app: 'portal', cause: 'consent', verdict: '65004', source: pages.consent },
  },
  {
    name: 'a risky app',
    text: 'AADSTS900941: Administrator consent is required. App is considered risky.',
    ...{ cause: 'consent', verdict: '900941', source: pages.consent },
  },
  {
    name: 'a code that the table does not have',
    text: 'AADSTS16000: Either multiple user identities are available for the current request or selected account is not supported.',
    ...{ app: 'signer', cause: 'none', verdict: '16000', alsoFound: ['AADSTS50000'], source: pages.codes },
  },
  {
    name: 'an HTTP answer after the request',
    text: `${post(obo({ scope: 'https://graph.microsoft.com/Mail.Read' }))}\n\nHTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n${errorJson('65001', 'The user or administrator has not consented to use the application.')}`,
    ...{ cause: 'consent', verdict: '65001', says: /Mail\.Read is not granted/, source: pages.obo },
  },
  {
    name: 'the output of curl -v',
    text: `* Connected to login.microsoftonline.com\n> POST ${new URL(v2).pathname} HTTP/1.1\n> Host: login.microsoftonline.com\n> Content-Type: application/x-www-form-urlencoded\n>\n> ${appOnly({ scope: 'User.Read' })}\n< HTTP/1.1 400 Bad Request\n< Content-Type: application/json\n<\n${errorJson('1002012', 'The provided value for scope User.Read is not valid.')}`,
    ...{ cause: 'request', verdict: '1002012', says: /single permissions/, source: pages.curl },
  },
  {
    name: 'a token that expired after the answer',
    text: `${post(obo({}, { exp: Date.parse('2026-11-24T01:59:00Z') / 1000 }))}\n\n${errorJson('65001', 'The user or administrator has not consented to use the application.')}`,
    ...{ cause: 'consent', verdict: '65001', source: pages.codes },
  },
  {
    name: 'a text that is no request',
    text: `Please help, the sign-in fails since this morning. The secret is ${secret}, I think.`,
    ...{ cause: 'none', says: /has no parameter of a token request/, source: pages.codes },
  },
  {
    name: 'a text that is no request, for an app with a symmetric key',
    text: `It does not work ${mark}`,
    ...{
      app: 'signer',
      cause: 'symmetric-key',
      verdict: '50000',
      says: /has no parameter of a token request/,
      source: pages.symmetric,
    },
  },
];
