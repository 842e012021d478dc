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
  if (assertion === undefined) return [fails(step, 'It is missing.', fix, { code: 'AADSTS900144' })];
  if (request.hides('assertion')) {
    return [unknown(step, 'The pasted text does not show the token.', 'Paste it whole: it is never shown or stored.')];
  }
  const bearer = /^bearer\s/i.test(assertion);
  const jwt = readJwt(assertion.replace(/^bearer\s+/i, ''));
  if (jwt.kind === 'encrypted') return [unknown(step, 'It is encrypted, so that its claims cannot be read.')];
  if (jwt.kind !== 'claims') return [fails(step, 'It is not a JWT.', fix, { code: 'AADSTS50027' })];
  const { claims } = jwt;
  return [
    bearer
      ? fails(step, 'It begins with "Bearer".', 'Send the token alone.', { code: 'AADSTS50027' })
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
    return ok(step, 'It is a JWT with the claims of an access token.');
  }
  if (claims.hasRoles) return unknown(step, 'It has roles, yet names no client: it may be an id_token.', fix);
  if (!claims.hasIdTokenClaims)
    return unknown(step, 'It names neither permissions nor client: it may be an id_token.', fix);
  return fails(step, 'It is an id_token: it names no permissions, and has claims of id_tokens only.', fix, {
    code: 'AADSTS240002',
  });
}

/** Source: On-Behalf-Of flow: the audience of the assertion is the app that sends it, never Microsoft Graph. */
function audienceStep({ aud }: JwtClaims, { appId, audiences }: RequestContext): DiagnosisStep {
  const step = 'The aud of the assertion is this client';
  const fix = `Let the client ask for a token for this API, with a scope such as api://${appId}/.default.`;
  if (aud === undefined) return unknown(step, 'The assertion has no aud.', fix);
  const own = [appId, `api://${appId}`, `spn:${appId}`, ...(audiences ?? [])].map(normalized);
  if (own.includes(normalized(aud))) return ok(step, 'It is.');
  const code = { code: 'AADSTS500131' };
  if (isGraph(aud)) return fails(step, 'It is Microsoft Graph: that token is for Graph alone.', fix, code);
  if (audiences || isGuid(normalized(aud)) || isGuid(normalized(aud).replace('api://', ''))) {
    const named = isGuid(normalized(aud).replace('api://', ''))
      ? `It is ${normalized(aud)}`
      : 'It is the name of another resource';
    return fails(step, `${named}, this client is ${appId}.`, fix, code);
  }
  return unknown(step, 'It is a name, and the names of this client could not be read.', fix);
}

function isGraph(aud: string): boolean {
  return [microsoftGraphAppId, ...clouds.map(({ graph }) => graph)].includes(normalized(aud));
}

function normalized(name: string): string {
  return name.trim().toLowerCase().replace(/\/+$/, '');
}

/** Source: access token claims reference: in app-only tokens `idtyp` is `app`, and `oid` equals `sub`. */
function subjectStep({ idtyp, oid, sub, hasScopes }: JwtClaims): DiagnosisStep {
  const step = 'The assertion speaks for a user';
  const fix = 'There is no user to act for: use the client credentials flow.';
  if (hasScopes || idtyp === 'user') return ok(step, 'It does.');
  if (idtyp === 'app' || (oid !== undefined && oid === sub)) return fails(step, 'It is an app-only token.', fix);
  return unknown(step, 'It carries no scp: the client may hold no delegated permission for this API.');
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
      fails(step, `It is valid from ${iso(from)}, which is yet to come.`, 'Set the clock of whoever made it.', {
        code,
      }),
    ];
  }
  if (exp === undefined) return [unknown(step, 'It has no exp.')];
  if (exp + (answeredAt === undefined ? 0 : skew) > at) return [ok(step, `It expires at ${iso(exp)}.`)];
  if (answeredAt !== undefined) {
    const answered = `It expired at ${iso(exp)}, and the service answered at ${answeredAt}.`;
    return [fails(step, answered, 'Send a fresh one.', { code })];
  }
  const detail = `It expired at ${iso(exp)}. If the request was sent before, this did not stop it.`;
  return [fails(step, detail, 'Send a fresh one.', { code, circumstantial: true })];
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
    return fails(step, 'Its iss is not an issuer of Microsoft Entra.', fix, { code: 'AADSTS50013' });
  }
  const from = [tid, issuer].filter((id): id is string => isGuid(id?.trim())).map((id) => id.toLowerCase());
  if (tenantId === undefined || from.length === 0) return unknown(step, 'It does not tell, or this tenant is unknown.');
  const otherTenant = from.find((id) => id !== tenantId.toLowerCase());
  if (!otherTenant) return ok(step, 'Its tid and iss say so.');
  return fails(step, `It comes from the tenant ${otherTenant}, this one is ${tenantId}.`, fix, { code: 'AADSTS50013' });
}
