import { clouds } from '../entra/clouds.js';
import { isGuid } from '../entra/guid.js';
import { type JwtClaims, readJwt } from '../entra/jwt-claims.js';
import { microsoftGraphAppId } from '../tenant/resources.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import type { RequestContext } from './request-flow.js';
import type { TokenRequest } from './token-request.js';

const { ok, fails, unknown } = stepsOf('request');

/** Accepted clock skew in milliseconds. Source: access tokens, validation: five minutes are common. */
const skew = 300_000;

/**
 * The token that an On-Behalf-Of request presents.
 * Source: Microsoft identity platform, On-Behalf-Of flow (`assertion`), access token claims reference.
 */
export function assertionSteps(request: TokenRequest, context: RequestContext): DiagnosisStep[] {
  const step = 'assertion is an access token';
  const assertion = request.value('assertion');
  const fix = 'Send the access token that the client sent to this API.';
  if (assertion === undefined) return [fails(step, 'assertion is missing.', fix, { code: 'AADSTS900144' })];
  if (request.hides('assertion')) {
    return [
      unknown(
        step,
        'The pasted text does not show the token.',
        'Paste the whole token. Consentinel neither shows nor stores it.',
      ),
    ];
  }
  const bearer = /^bearer\s/i.test(assertion);
  const jwt = readJwt(assertion.replace(/^bearer\s+/i, ''));
  if (jwt.kind === 'encrypted') return [unknown(step, 'The assertion is encrypted: its claims are not readable.')];
  if (jwt.kind !== 'claims') return [fails(step, 'The assertion is not a JWT.', fix, { code: 'AADSTS50027' })];
  const { claims } = jwt;
  return [
    bearer
      ? fails(step, 'The assertion starts with "Bearer".', 'Send only the token.', { code: 'AADSTS50027' })
      : kindStep(claims, step, fix),
    audienceStep(claims, context),
    subjectStep(claims),
    ...lifetimeSteps('assertion', claims, context, 'AADSTS500133'),
    tenantStep(claims, context),
  ];
}

/** Source: id_token claims reference: an id_token has neither `scp` nor a claim for the client. */
function kindStep(claims: JwtClaims, step: string, fix: string): DiagnosisStep {
  if (claims.hasScopes || claims.client !== undefined || claims.idtyp !== undefined) {
    return ok(step, 'The assertion is a JWT with the claims of an access token.');
  }
  if (claims.hasRoles) return unknown(step, 'The assertion has roles but no client claim: it may be an id_token.', fix);
  if (!claims.hasIdTokenClaims)
    return unknown(step, 'The assertion has no permissions and no client claim: it may be an id_token.', fix);
  return fails(step, 'The assertion is an id_token: it has no permissions, and only claims of id_tokens.', fix, {
    code: 'AADSTS240002',
  });
}

/** Source: On-Behalf-Of flow: the audience of the assertion is the app that sends it, never Microsoft Graph. */
function audienceStep({ aud }: JwtClaims, { appId, audiences }: RequestContext): DiagnosisStep {
  const step = 'The audience (aud) of the assertion is this client';
  const fix = `The client must request a token for this API, with a scope such as api://${appId}/.default.`;
  if (aud === undefined) return unknown(step, 'The assertion has no aud.', fix);
  const own = [appId, `api://${appId}`, `spn:${appId}`, ...(audiences ?? [])].map(normalized);
  if (own.includes(normalized(aud))) return ok(step, 'The audience is this client.');
  const code = { code: 'AADSTS500131' };
  if (isGraph(aud)) return fails(step, 'The audience is Microsoft Graph. Only Graph accepts that token.', fix, code);
  if (audiences || isGuid(normalized(aud)) || isGuid(normalized(aud).replace('api://', ''))) {
    const named = isGuid(normalized(aud).replace('api://', ''))
      ? `The audience is ${normalized(aud)}`
      : 'The audience is another resource';
    return fails(step, `${named}, but this client is ${appId}.`, fix, code);
  }
  return unknown(step, 'The audience is a name. Consentinel could not read the names of this client.', fix);
}

function isGraph(aud: string): boolean {
  return [microsoftGraphAppId, ...clouds.map(({ graph }) => graph)].includes(normalized(aud));
}

function normalized(name: string): string {
  return name.trim().toLowerCase().replace(/\/+$/, '');
}

/** Source: access token claims reference: in app-only tokens `idtyp` is `app`, and `oid` equals `sub`. */
function subjectStep({ idtyp, oid, sub, hasScopes }: JwtClaims): DiagnosisStep {
  const step = 'The assertion is the token of a user';
  const fix = 'The On-Behalf-Of flow needs a user. Without a user, use the client credentials flow.';
  if (hasScopes || idtyp === 'user') return ok(step, 'The assertion is the token of a user.');
  if (idtyp === 'app' || (oid !== undefined && oid === sub))
    return fails(step, 'The assertion is an app-only token.', fix);
  return unknown(step, 'The assertion has no scp claim: the client may have no delegated permission for this API.');
}

/**
 * The lifetime of a token now. The token can have been valid when it was sent.
 * @param name of the parameter that holds the token
 * @param code the error code of an expired token
 */
export function lifetimeSteps(
  name: 'assertion' | 'client_assertion',
  { exp, nbf, iat }: JwtClaims,
  { now, answeredAt }: RequestContext,
  code: string,
): DiagnosisStep[] {
  const step = `The ${name} is within its lifetime`;
  const [at, from] = [Date.parse(answeredAt ?? now), nbf ?? iat];
  if (from !== undefined && from > at + skew) {
    return [
      fails(
        step,
        `The ${name} becomes valid at ${iso(from)}, in the future.`,
        'Set the clock of the machine that created the token.',
        {
          code,
        },
      ),
    ];
  }
  if (exp === undefined) return [unknown(step, `The ${name} has no exp claim.`)];
  if (exp + (answeredAt === undefined ? 0 : skew) > at) return [ok(step, `The ${name} expires at ${iso(exp)}.`)];
  if (answeredAt !== undefined) {
    const answered = `The ${name} expired at ${iso(exp)}. Microsoft Entra answered at ${answeredAt}.`;
    return [fails(step, answered, 'Send a new token.', { code })];
  }
  const detail = `The ${name} expired at ${iso(exp)}. It was valid if the client sent the request before.`;
  return [fails(step, detail, 'Send a new token.', { code, circumstantial: true })];
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Source: access token claims reference, `tid` and `iss`. */
function tenantStep({ tid, iss }: JwtClaims, { tenantId }: RequestContext): DiagnosisStep {
  const step = 'The assertion comes from this tenant';
  const fix = 'Use the token of a user who signed in to this tenant, at the endpoint of this tenant.';
  const issuer = /^https:\/\/(?:sts\.windows\.net|login\.[\w.]+)\/([0-9a-f-]{36})(?:\/v2\.0)?\/?$/i.exec(
    iss ?? '',
  )?.[1];
  if (iss !== undefined && issuer === undefined) {
    return fails(step, 'The issuer (iss) of the assertion is not Microsoft Entra.', fix, { code: 'AADSTS50013' });
  }
  const from = [tid, issuer].filter((id): id is string => isGuid(id?.trim())).map((id) => id.toLowerCase());
  if (tenantId === undefined || from.length === 0)
    return unknown(step, 'The tenant of the assertion or the id of this tenant is unknown.');
  const otherTenant = from.find((id) => id !== tenantId.toLowerCase());
  if (!otherTenant) return ok(step, 'The tid and iss claims name this tenant.');
  return fails(step, `The assertion comes from the tenant ${otherTenant}, but this tenant is ${tenantId}.`, fix, {
    code: 'AADSTS50013',
  });
}
