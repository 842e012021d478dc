/** A JWT with the claims and an invalid signature. */
export function aJwt(claims: object, header: object = { typ: 'JWT', alg: 'RS256' }): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${Buffer.from('no signature').toString('base64url')}`;
}

/** The seconds since 1970 of an ISO 8601 time. */
export const seconds = (iso: string) => Date.parse(iso) / 1000;

/** The app, tenant and time of an On-Behalf-Of request. */
export interface OboFacts {
  appId: string;
  tenantId: string;
  /** ISO 8601. */
  now: string;
}

/** The claims of a valid access token that a client sends to the app. */
export function userToken({ appId, tenantId, now }: OboFacts): Record<string, unknown> {
  return {
    ...{ aud: `api://${appId}`, iss: `https://sts.windows.net/${tenantId}/`, tid: tenantId, ver: '1.0' },
    ...{ iat: seconds(now) - 600, nbf: seconds(now) - 600, exp: seconds(now) + 3000 },
    ...{ appid: '0c0c0c0c-0000-4000-8000-00000000c11e', scp: 'Payroll.Read', idtyp: 'user' },
    ...{ oid: '0a0a0a0a-0000-4000-8000-000000000a5e', sub: 'pairwise' },
  };
}

/** The parameters of a valid On-Behalf-Of request; `claims` overrides claims of its assertion. */
export function oboParameters(facts: OboFacts, claims: object = {}): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    client_id: facts.appId,
    client_secret: 'PLANTED~SECRET.client-value',
    assertion: aJwt({ ...userToken(facts), ...claims }),
    scope: 'https://graph.microsoft.com/.default',
    requested_token_use: 'on_behalf_of',
  };
}

/** The form text of the parameters, without the undefined ones. */
export function formOf(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(given).toString();
}
