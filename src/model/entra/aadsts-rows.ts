/**
 * The codes of failed sign-ins by root cause.
 * Sources: Microsoft Learn, "Microsoft Entra authentication and authorization error codes", which warns that codes change;
 * "Unexpected error when performing consent to an application" (900941, 900981). From the error texts themselves, because
 * the page does not list them: 500014, 500131, 500133, 501051, 50194, 530003, 650051, 650053, 65002, 70021, 700213, 7000229.
 */

/** A code without its prefix, its meaning, and what to check first; sentences that end with a period. */
export type Row = readonly [code: string, meaning: string, lookAt: string];

export const password: readonly Row[] = [
  ['50034', 'The user account was not found.', 'Check the user name and the tenant.'],
  ['50055', 'The password has expired.', 'Reset the password of the user.'],
  ['50056', 'The directory has no password for the user.', 'Check password hash synchronization, or set a password.'],
  [
    '50057',
    'The user account is disabled.',
    'Enable the account. Enable a synchronized account in the on-premises directory.',
  ],
  ['50126', 'User name or password is wrong.', 'Check the password and the time of the last password synchronization.'],
  ['50132', 'The session ended because the password expired or was changed.', 'The user must sign in again.'],
  ['50133', 'The session ended because the password expired or was changed.', 'The user must sign in again.'],
  ['50144', 'The password of the user has expired on premises.', 'Reset it in Active Directory.'],
  ['50173', 'The grant was revoked. The user must sign in again.', 'The user must sign in again.'],
  [
    '50020',
    'The account of the user belongs to another tenant and is not a guest here.',
    "Invite the user as a guest, or use the endpoint of the user's home tenant.",
  ],
  [
    '50053',
    'The account is locked after too many wrong passwords, or the IP address is blocked.',
    'Read the failure reason of the sign-in in the sign-in log.',
  ],
  [
    '90072',
    'The external account of the user does not exist in this tenant.',
    'Invite the user as a guest, or sign in with another account.',
  ],
];

export const request: readonly Row[] = [
  ['50013', 'The assertion is not valid.', 'Check signature, audience and lifetime of the token in `assertion`.'],
  [
    '500131',
    'The audience of the assertion is not the app that presents it.',
    'The client must request a token for this API.',
  ],
  ['500133', 'The assertion is outside its time range.', 'Send a new access token, and check the clock.'],
  ['50027', 'The JWT is not valid.', 'Send the unchanged access token, without "Bearer" and without quotes.'],
  ['50059', 'The request does not name the tenant.', 'Use the endpoint of the tenant.'],
  ['70003', 'The grant type is not supported.', 'Check `grant_type`.'],
  ['70011', 'The scope is not valid.', 'Check `scope`: one resource, and either `.default` or single permissions.'],
  ['90014', 'A required parameter is missing.', 'Compare the request with the documentation of its flow.'],
  ['240002', 'An id_token cannot be used as the assertion.', 'Send the access token that the client sent.'],
  ['700016', 'The app was not found in the tenant.', 'Check `client_id` and the tenant of the endpoint.'],
  ['700021', 'The client assertion names a different app than `client_id`.', 'Set `iss` and `sub` to the client id.'],
  ['700022', 'The scope names more than one resource.', 'Request one resource at a time.'],
  [
    '700023',
    'The audience of the client assertion is not the token endpoint.',
    'Set `aud` to the endpoint of the tenant.',
  ],
  ['700024', 'The client assertion is outside its time range.', 'Create a new client assertion, and check the clock.'],
  ['700027', 'The signature of the client assertion is not valid.', 'Sign with the registered certificate.'],
  [
    '900144',
    'A required parameter is missing from the body.',
    'Compare the request with the documentation of its flow.',
  ],
  ['900561', 'The endpoint accepts POST only.', 'Send the parameters in the body of a POST.'],
  ['901002', 'The v2.0 endpoint does not accept `resource`.', 'Use `scope`, or the v1.0 endpoint.'],
  ['1002012', 'An app-only request must use `.default`.', 'Set `scope` to the resource and `/.default`.'],
  ['7000215', 'The client secret is wrong.', 'Send the value of the secret, not its id.'],
  [
    '7000218',
    'The request has no client credential.',
    'Send `client_secret` or `client_assertion`. For a public client, allow public client flows.',
  ],
  ['7000222', 'The client secret has expired.', 'Add a certificate (recommended) or a new secret.'],
  ['9000411', 'The request has a parameter twice.', 'Send every parameter once.'],
  [
    '50011',
    'The redirect URI of the request is not registered for the app.',
    'Compare each character of `redirect_uri` with the redirect URIs of the app registration.',
  ],
  [
    '50194',
    'The app is registered for one tenant, and the request uses `/common`.',
    'Use the endpoint of the tenant, or make the app multi-tenant.',
  ],
  ['54005', 'The client has already used the authorization code.', 'Redeem each code once, and cache the tokens.'],
  [
    '70021',
    'No federated credential of the app matches the assertion.',
    'Compare issuer, subject and audience of the federated credential with the assertion.',
  ],
  [
    '700025',
    'The client is public. A public client must not send a secret or an assertion.',
    'Remove the credential, or register the redirect URI for the platform Web.',
  ],
  [
    '700030',
    'The subject name of the certificate is not authorized.',
    'Put the certificate of the app first in the chain, and compare its subject name.',
  ],
  [
    '700213',
    'No federated credential of the app matches the subject of the assertion.',
    'Compare the subject with the federated credential. The comparison is case-sensitive.',
  ],
  ['90002', 'The tenant of the endpoint was not found.', 'Check the tenant and the cloud of the address.'],
  [
    '9001023',
    'The grant type is not supported at `/common` or `/consumers`.',
    'Use the endpoint of the tenant or `/organizations`.',
  ],
];

export const consent: readonly Row[] = [
  [
    '50105',
    'The app requires assignment, and the user is not assigned.',
    'Assign the user or a group to the enterprise application.',
  ],
  [
    '500011',
    'The resource has no service principal in the tenant.',
    'Create the service principal, or check the name of the resource.',
  ],
  ['65001', 'Consent of the user or an administrator is missing.', 'Grant admin consent, or permit user consent.'],
  ['65004', 'The user declined to consent.', 'Ask the user to consent, or grant admin consent.'],
  [
    '65005',
    'The app requests a permission that its resource does not publish.',
    'Correct the API permissions of the app.',
  ],
  [
    '650051',
    'Consent failed because the name of the service principal is in use.',
    'Try again. Check Deleted applications for a service principal with this name.',
  ],
  [
    '650052',
    'The resource has no service principal in the tenant.',
    'Create the service principal, or subscribe to the service.',
  ],
  ['650056', 'The app declares no permission, or admin consent is missing.', 'Correct the API permissions of the app.'],
  ['650057', 'The app does not declare the resource.', 'Add the resource to the API permissions of the app.'],
  ['7000112', 'The service principal of the app is disabled.', 'Enable sign-in on the enterprise application.'],
  ['90008', 'The app must request at least the permission to sign users in.', 'Add the permission User.Read.'],
  ['90094', 'An administrator must consent.', 'Grant admin consent.'],
  [
    '90095',
    'An administrator must consent. The user can request consent.',
    'Approve the request, or grant admin consent.',
  ],
  [
    '900941',
    'An administrator must consent, because Microsoft Entra classifies the app as risky.',
    'Check the publisher, then grant admin consent.',
  ],
  [
    '900981',
    'An administrator must consent, because Microsoft Entra classifies the app as risky.',
    'Check the publisher, then grant admin consent.',
  ],
  [
    '500014',
    'The service principal of the API is disabled.',
    'Enable the enterprise application of the API, or renew the subscription of its service.',
  ],
  [
    '501051',
    'The client is not assigned to the API, which requires assignment.',
    'Assign an app role of the API to the service principal of the client.',
  ],
  ['650053', 'The API does not publish a requested scope.', 'Correct the scope, or publish the scope on the API.'],
  [
    '65002',
    'The app and the API belong to Microsoft, and Microsoft has not authorized the app for the API.',
    'Use an app registration of your own.',
  ],
  [
    '7000229',
    'The app has no service principal in the tenant.',
    'Create the service principal, or grant admin consent to the app in this tenant.',
  ],
];

export const symmetricKey: readonly Row[] = [
  [
    '50003',
    'The key that signs the token is missing.',
    'Check the signing keys of the application and the service principal.',
  ],
  [
    '50146',
    'The app needs an app-specific signing key. The key is missing or not valid now.',
    'Add a signing certificate.',
  ],
  [
    '501461',
    'Claims mapping needs the app id or a URI of a verified domain as the audience.',
    'Check `acceptMappedClaims` and the signing keys.',
  ],
];

export const other: readonly Row[] = [
  [
    '53003',
    'Conditional Access blocks the sign-in.',
    'Open the sign-in in the sign-in log, and check the Conditional Access tab.',
  ],
  [
    '70043',
    'The refresh token is expired, because of the sign-in frequency of Conditional Access.',
    'The user must sign in again.',
  ],
  ['50058', 'The user is not signed in, and the request allows no prompt.', 'The user must sign in interactively.'],
  ['50074', 'The user did not pass multifactor authentication.', 'The user must sign in interactively.'],
  [
    '50076',
    'The user must pass multifactor authentication for this resource.',
    'The user must sign in interactively. An API must return the claims challenge to its client.',
  ],
  [
    '50079',
    'The user must register for multifactor authentication.',
    'The user must sign in interactively and register a method.',
  ],
  [
    '530003',
    'Conditional Access requires a managed device.',
    'Sign in from a compliant or joined device, with a browser or broker that identifies it.',
  ],
  ['70008', 'The authorization code or the refresh token has expired.', 'The user must sign in again.'],
  [
    '700082',
    'The refresh token is expired, because the client did not use it for too long.',
    'The user must sign in again.',
  ],
];
