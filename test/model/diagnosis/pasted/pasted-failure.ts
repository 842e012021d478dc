import { type AppName, apps, now, tenantId, userId } from '../../../support/diagnosed-tenant.js';
import { aJwt, formOf, oboParameters, seconds, userToken } from '../../../support/token-requests.js';

/** A failure as a person pastes it, and what the diagnosis must say. Every secret is invented. */
export interface PastedFailureCase {
  readonly name: string;
  readonly text: string;
  /** @default 'payroll' */
  readonly app?: AppName;
  readonly user?: string;
  /** The option `--code`. */
  readonly code?: string;
  readonly cause: string;
  /** The code of the verdict, without AADSTS; undefined where there is none. */
  readonly verdict?: string;
  /** The codes that are listed as also found. */
  readonly alsoFound?: readonly string[];
  /** A part of the summary or of the fix. */
  readonly says?: RegExp;
  /** Where the input or the code was seen, or the page that documents the expectation. */
  readonly source: string;
}

/** Every invented secret begins with this text. No output may contain it. */
export const mark = 'PLANTED~';
export const secret = `${mark}a8Q~x3Zk9.v_client-secret`;
export const appId = (name: AppName = 'payroll') => apps[name].appId;
export const authority = `https://login.microsoftonline.com/${tenantId}`;
export const v2 = `${authority}/oauth2/v2.0/token`;
export const graphDefault = 'https://graph.microsoft.com/.default';
const facts = { appId: appId(), tenantId, now };

type Parameters = Record<string, string | undefined>;

/** The form of an On-Behalf-Of request of the payroll API, with other parameters or claims. */
export function obo(changes: Parameters = {}, claims: object = {}): string {
  const scope = 'https://graph.microsoft.com/User.Read';
  return formOf({
    ...oboParameters(facts, { oid: userId('ada'), ...claims }),
    client_secret: secret,
    scope,
    ...changes,
  });
}

/** The form of a client credentials request. */
export function appOnly(changes: Parameters = {}): string {
  return formOf({
    ...{ grant_type: 'client_credentials', client_id: appId(), client_secret: secret, scope: graphDefault },
    ...changes,
  });
}

/** The form of an authorization code request of the portal. */
export function authorizationCode(changes: Parameters = {}): string {
  return formOf({
    ...{ grant_type: 'authorization_code', client_id: appId('portal'), client_secret: secret },
    ...{
      code: `${mark}0.AX4A-code`,
      redirect_uri: 'https://portal.woodgrove.example/signin',
      scope: 'openid User.Read',
    },
    ...changes,
  });
}

/** A client assertion of the payroll API. */
export function clientAssertion(claims: object = {}): Parameters {
  return {
    client_secret: undefined,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: aJwt({
      iss: appId(),
      sub: appId(),
      aud: v2,
      exp: seconds(now) + 300,
      jti: `${mark}jti`,
      ...claims,
    }),
  };
}

export const post = (body: string, url = v2) =>
  `POST ${url}\nContent-Type: application/x-www-form-urlencoded\n\n${body}`;
export const assertionOf = (claims: object = {}) => aJwt({ ...userToken(facts), name: `${mark}Ada`, ...claims });

/** The error JSON of Entra. Source: error codes page, "Handling error codes in your application". */
export function errorJson(digits: string, message: string, more: object = {}): string {
  const ids = { trace_id: '0000aaaa-11bb-cccc-dd22-eeeeee333333', correlation_id: correlationId };
  const description = `AADSTS${digits}: ${message} Trace ID: ${ids.trace_id} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  return JSON.stringify({
    ...{ error: 'invalid_grant', error_description: description, error_codes: [Number(digits)] },
    ...{ timestamp, ...ids, error_uri: `https://login.microsoftonline.com/error?code=${digits}`, ...more },
  });
}
export const correlationId = 'aaaa0000-bb11-2222-33cc-444444dddddd';
export const timestamp = '2026-11-24 01:58:12Z';

/** The pages that document the protocol. */
export const pages = {
  codes: 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes',
  obo: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow',
  clientCredentials: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow',
  ropc: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc',
  deviceCode: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code',
  authorizationCode: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
  certificate: 'https://learn.microsoft.com/entra/identity-platform/certificate-credentials',
  scopes: 'https://learn.microsoft.com/entra/identity-platform/scopes-oidc',
  symmetric:
    'https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/error-code-aadsts50000-issuing-token-sign-in-service',
  claims: 'https://learn.microsoft.com/entra/identity-platform/claims-challenge',
  redirect: 'https://learn.microsoft.com/entra/identity-platform/reply-url',
  consent:
    'https://learn.microsoft.com/entra/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error',
  assignment: 'https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal',
  form: 'https://url.spec.whatwg.org/#application/x-www-form-urlencoded',
  har: 'http://www.softwareishard.com/blog/har-12-spec/',
  postman: 'https://learning.postman.com/docs/sending-requests/create-requests/parameters/',
  powershell: 'https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-restmethod',
  requests: 'https://requests.readthedocs.io/en/latest/user/quickstart/#more-complicated-post-requests',
  curl: 'https://curl.se/docs/manpage.html',
} as const;
