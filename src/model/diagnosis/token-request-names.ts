/**
 * Parameters of requests to the token, device code and authorize endpoints.
 * Source: Microsoft identity platform, On-Behalf-Of, device code, client credentials, authorization code and refresh
 * flows of v2.0 and v1.0.
 */
export const parameterNames = [
  'assertion',
  'claims',
  'client_assertion',
  'client_assertion_type',
  'client_id',
  'client_info',
  'client_secret',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'device_code',
  'domain_hint',
  'grant_type',
  'login_hint',
  'nonce',
  'password',
  'prompt',
  'redirect_uri',
  'refresh_token',
  'requested_token_use',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'state',
  'username',
] as const;
export type ParameterName = (typeof parameterNames)[number];

/** The flows by the value of `grant_type`. Both spellings of the device code grant are in use. */
export const grantTypes = {
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'on-behalf-of',
  'urn:ietf:params:oauth:grant-type:device_code': 'device-code',
  device_code: 'device-code',
  authorization_code: 'authorization-code',
  client_credentials: 'client-credentials',
  refresh_token: 'refresh-token',
  password: 'password',
  'urn:ietf:params:oauth:grant-type:saml2-bearer': 'saml-bearer',
} as const;
export type GrantType = keyof typeof grantTypes;
export type Flow = (typeof grantTypes)[GrantType];

const byName: ReadonlyMap<string, ParameterName> = new Map(parameterNames.map((name) => [name, name]));

/** The parameter of this name, in any case. */
export function parameterNamed(name: string): ParameterName | undefined {
  return byName.get(name.toLowerCase());
}

/** The known name that is closest to a misspelt one; undefined where none is close enough. */
export function closestName<T extends string>(text: string, known: readonly T[]): T | undefined {
  const given = normalized(text);
  if (given.length < 4 || given.length > 60) return undefined;
  const near = known
    .map((name) => ({ name, steps: distance(given, normalized(name)) }))
    .filter(({ name, steps }) => steps <= Math.min(3, Math.floor(normalized(name).length / 4)))
    .sort((a, b) => a.steps - b.steps);
  return near[0]?.name ?? known.find((name) => given.length >= 8 && normalized(name).endsWith(given));
}

/** The name without case and separators. */
function normalized(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The edit distance. Source: V. I. Levenshtein, 1966. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
