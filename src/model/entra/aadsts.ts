/**
 * The root causes of AADSTS50000.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", which lists these five.
 */
export const rootCauses = ['password', 'request', 'consent', 'symmetric-key', 'application-only-resource'] as const;
export type RootCause = (typeof rootCauses)[number];

/** What an error code of the token service means. */
export interface AadstsCode {
  /** One sentence, ends with a period. */
  readonly meaning: string;
  /** `other` where it has none of the root causes of AADSTS50000. */
  readonly causes: readonly (RootCause | 'other')[];
  /** One sentence: what to check first. */
  readonly lookAt: string;
}

type Row = readonly [code: string, meaning: string, lookAt: string];

const password: readonly Row[] = [
  ['50034', 'The user account was not found.', 'Check the name that was signed in with, and the tenant.'],
  ['50055', 'The password has expired.', 'Reset the password of the user.'],
  ['50056', 'The directory holds no password for the user.', 'Check password hash synchronization, or set a password.'],
  ['50057', 'The user account is disabled.', 'Enable the account, in the directory on premises if it is synchronized.'],
  ['50126', 'User name or password is wrong.', 'Check the password, and when password synchronization last ran.'],
  ['50132', 'The session ended because the password expired or was changed.', 'Let the user sign in again.'],
  ['50133', 'The session ended because the password expired or was changed.', 'Let the user sign in again.'],
  ['50144', 'The password of the user has expired on premises.', 'Reset it in Active Directory.'],
  ['50173', 'The grant was revoked: a fresh sign-in is needed.', 'Let the user sign in again.'],
];

const request: readonly Row[] = [
  ['50013', 'The assertion is not valid.', 'Check signature, audience and lifetime of the token in `assertion`.'],
  [
    '500131',
    'The audience of the assertion is not the app that presents it.',
    'Let the client ask for a token for this API.',
  ],
  ['500133', 'The assertion is outside its time range.', 'Send a fresh access token, and check the clock.'],
  ['50027', 'The JWT is not valid.', 'Send the access token as it came, without "Bearer" and without quotes.'],
  ['50059', 'Nothing in the request names the tenant.', 'Use the endpoint of the tenant.'],
  ['70003', 'The grant type is not supported.', 'Check `grant_type`.'],
  ['70011', 'The scope is not valid.', 'Check `scope`: one resource, and either `.default` or single permissions.'],
  ['90014', 'A required parameter is missing.', 'Compare the request with the protocol page of its flow.'],
  ['240002', 'An id_token cannot be used as the assertion.', 'Send the access token that the client sent.'],
  ['700016', 'The app was not found in the tenant.', 'Check `client_id` and the tenant of the endpoint.'],
  ['700021', 'The client assertion names another app than `client_id`.', 'Set `iss` and `sub` to the client id.'],
  ['700022', 'The scope names more than one resource.', 'Ask for one resource at a time.'],
  [
    '700023',
    'The audience of the client assertion is not the token endpoint.',
    'Set `aud` to the endpoint of the tenant.',
  ],
  ['700024', 'The client assertion is outside its time range.', 'Make a fresh one, and check the clock.'],
  ['700027', 'The signature of the client assertion is not valid.', 'Sign with the certificate that is registered.'],
  [
    '900144',
    'A required parameter is missing from the body.',
    'Compare the request with the protocol page of its flow.',
  ],
  ['900561', 'The endpoint takes POST only.', 'Send the parameters in the body of a POST.'],
  ['901002', 'The v2.0 endpoint does not take `resource`.', 'Use `scope`, or the v1.0 endpoint.'],
  ['1002012', 'An app-only request may only ask for `.default`.', 'Set `scope` to the resource and `/.default`.'],
  ['7000215', 'The client secret is wrong.', 'Send the value of the secret, not its id.'],
  [
    '7000218',
    'The request carries no client credential.',
    'Send `client_secret` or `client_assertion`; for a public client, allow public client flows.',
  ],
  ['7000222', 'The client secret has expired.', 'Add a new one, or better a certificate.'],
  ['9000411', 'A parameter is given twice.', 'Send every parameter once.'],
];

const consent: readonly Row[] = [
  [
    '50105',
    'The user is not assigned to the app, which requires it.',
    'Assign the user or a group to the enterprise application.',
  ],
  ['500011', 'The resource has no service principal in the tenant.', 'Create it, or check the name of the resource.'],
  ['65001', 'Neither the user nor an administrator has consented.', 'Grant consent, or let users consent.'],
  ['65004', 'The user declined to consent.', 'Ask the user, or grant consent for the whole tenant.'],
  ['65005', 'The app asks for a permission that its resource does not have.', 'Mend the API permissions of the app.'],
  [
    '650051',
    'Consent failed because the name of the service principal is in use.',
    'Try again; look for a deleted one.',
  ],
  ['650052', 'The resource has no service principal in the tenant.', 'Create it, or subscribe to the service.'],
  ['650056', 'The app lists no permission, or no administrator has consented.', 'Mend the API permissions of the app.'],
  ['650057', 'The resource is not among those that the app lists.', 'Add it to the API permissions of the app.'],
  ['7000112', 'The service principal of the app is disabled.', 'Enable sign-in on the enterprise application.'],
  ['90008', 'The app must at least ask to sign users in.', 'Add the permission User.Read.'],
  ['90094', 'An administrator must consent.', 'Grant admin consent.'],
  ['90095', 'An administrator must consent; the user may ask for it.', 'Approve the request, or grant admin consent.'],
  [
    '900941',
    'An administrator must consent, because the app is taken for risky.',
    'Look at the publisher, then grant admin consent.',
  ],
  [
    '900981',
    'An administrator must consent, because the app is taken for risky.',
    'Look at the publisher, then grant admin consent.',
  ],
];

const symmetricKey: readonly Row[] = [
  [
    '50003',
    'The key to sign the token with is missing.',
    'Look at the signing keys of application and service principal.',
  ],
  [
    '50146',
    'The app needs a signing key of its own: there is none, or it is not valid now.',
    'Add a signing certificate.',
  ],
  [
    '501461',
    'Claims mapping needs an audience that is the app id or in a verified domain.',
    'Look at `acceptMappedClaims` and the signing keys.',
  ],
];

const other: readonly Row[] = [
  [
    '53003',
    'Conditional Access blocks the sign-in.',
    'Look at the Conditional Access tab of the sign-in in the sign-in log.',
  ],
  [
    '70043',
    'The refresh token has expired by the sign-in frequency of Conditional Access.',
    'Let the user sign in again.',
  ],
];

/** Every root cause can raise this code, so it needs a diagnosis. */
const tokenIssuance: AadstsCode = {
  meaning: 'There was an error issuing a token.',
  causes: ['password', 'request', 'consent', 'symmetric-key', 'application-only-resource'],
  lookAt:
    'Run it again with --user and --request for the sign-in that fails; the request and the user are what the directory does not show.',
};

/**
 * The codes of failed sign-ins, by `AADSTS` and digits.
 * Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes", which warns that codes change.
 * 500131, 500133 and 650051 are from the error texts themselves.
 */
export const aadstsCodes: Readonly<Record<string, AadstsCode>> = {
  AADSTS50000: tokenIssuance,
  ...rows(password, 'password'),
  ...rows(request, 'request'),
  ...rows(consent, 'consent'),
  ...rows(symmetricKey, 'symmetric-key'),
  ...rows(other, 'other'),
};

/**
 * Finds the code in `AADSTS50000`, in `50000`, or in the whole text of an error. Nothing else of the text is kept.
 * @returns `AADSTS` and digits; undefined where there is no code
 */
export function aadstsCodeIn(text: string): string | undefined {
  const patterns = [
    /AADSTS\s*(\d{4,8})(?!\d)/i,
    /^\D{0,3}(\d{4,8})\D{0,3}$/,
    /"error_?codes?"\s*:\s*\[?\s*"?(\d{4,8})(?!\d)/i,
    /\berror\s*code\W{1,5}(\d{4,8})(?!\d)/i,
  ];
  const digits = patterns.map((pattern) => pattern.exec(text.trim())?.[1]).find((found) => found !== undefined);
  return digits && `AADSTS${digits}`;
}

function rows(of: readonly Row[], cause: RootCause | 'other'): Record<string, AadstsCode> {
  return Object.fromEntries(
    of.map(([code, meaning, lookAt]) => [`AADSTS${code}`, { meaning, causes: [cause], lookAt }]),
  );
}
