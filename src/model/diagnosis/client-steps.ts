import { validityOf } from '../entra/credential.js';
import { isGuid } from '../entra/guid.js';
import { type JwtClaims, readJwt } from '../entra/jwt-claims.js';
import { tokenEndpointIn } from '../entra/token-endpoint.js';
import { lifetimeSteps } from './assertion-steps.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import type { RequestContext } from './request-flow.js';
import type { TokenRequest } from './token-request.js';
import type { Flow } from './token-request-names.js';

const { ok, fails, unknown } = stepsOf('request');
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The client of a request: `client_id` and the credential. */
export function clientSteps(request: TokenRequest, flow: Flow | undefined, context: RequestContext): DiagnosisStep[] {
  return [
    clientIdStep(request, context),
    ...credentialSteps(request, flow, context),
    ...(request.has('client_assertion') ? clientAssertionSteps(request, context) : []),
  ];
}

function clientIdStep(request: TokenRequest, { appId }: RequestContext): DiagnosisStep {
  const step = 'client_id is this app';
  const fix = `Send client_id=${appId}.`;
  const clientId = request.value('client_id')?.trim();
  if (clientId === undefined) return fails(step, 'It is missing.', fix, { code: 'AADSTS900144' });
  if (clientId.toLowerCase() === appId.toLowerCase()) return ok(step, 'It is.');
  if (request.hides('client_id')) return unknown(step, 'The pasted text does not show its value.');
  if (!isGuid(clientId)) return fails(step, 'It is not a GUID.', fix, { code: 'AADSTS700016' });
  return fails(step, 'It is the id of another app than the one that is diagnosed.', `${fix} Or diagnose that app.`);
}

/** Source: On-Behalf-Of and client credentials flows: a confidential client; device code flow: a public client. */
function credentialSteps(request: TokenRequest, flow: Flow | undefined, context: RequestContext): DiagnosisStep[] {
  const step = 'The client proves who it is';
  const code = { code: 'AADSTS7000218' };
  if (request.has('client_secret')) return [secretStep(request, step, context), ...damageSteps(request)];
  if (request.hasBasicAuthorization) return [ok(step, 'It sends an Authorization header.')];
  if (request.has('client_assertion')) return [ok(step, 'It sends a client_assertion.')];
  if (flow === 'device-code') return [publicClientStep(request, context)];
  if (flow !== 'on-behalf-of' && flow !== 'client-credentials') return [];
  const fix = 'Send client_secret, or better client_assertion with its client_assertion_type.';
  return [fails(step, 'There is neither client_secret nor client_assertion.', fix, code)];
}

function secretStep(request: TokenRequest, step: string, { secrets, now }: RequestContext): DiagnosisStep {
  const sent = request.value('client_secret')?.trim().toLowerCase();
  if (secrets?.some(({ keyId }) => keyId?.toLowerCase() === sent)) {
    const fix = 'Send the value of the secret, which is shown once, when it is made.';
    return fails(step, 'client_secret holds the id of a secret instead of its value.', fix, { code: 'AADSTS7000215' });
  }
  if (!secrets || secrets.length === 0) return ok(step, 'It sends a client_secret.');
  if (secrets.some((secret) => validityOf(secret, now) !== 'expired')) return ok(step, 'It sends a client_secret.');
  const fix = 'Add a new secret, or better a certificate, and send that.';
  return fails(step, 'It sends a client_secret, and every secret of the app has expired.', fix, {
    code: 'AADSTS7000222',
  });
}

/** Source: WHATWG URL, application/x-www-form-urlencoded: `&` separates parameters, and `+` is a blank. */
function damageSteps(request: TokenRequest): DiagnosisStep[] {
  const damage = request.damageOf('client_secret');
  if (!damage) return [];
  const step = 'client_secret is URL-encoded';
  const fix = 'Encode the value of the secret (& as %26, + as %2B), or let a library encode the form.';
  const code = { code: 'AADSTS7000215' };
  if (damage === 'cut') return [fails(step, 'The service reads only the part before an & in it.', fix, code)];
  const detail = 'It contains a +, which the service reads as a blank.';
  return [fails(step, detail, fix, { ...code, circumstantial: true })];
}

/** Source: Graph, application: `isFallbackPublicClient`; the device code flow has no redirect URI that decides. */
function publicClientStep({ endpoint }: TokenRequest, { allowsPublicClient }: RequestContext): DiagnosisStep {
  const step = 'The app allows public client flows';
  if (allowsPublicClient === undefined) return unknown(step, 'The application is not in this tenant, or was not read.');
  if (allowsPublicClient) return ok(step, 'It does.');
  if (endpoint?.leaf === 'devicecode')
    return unknown(step, 'It does not: at /token the client must send a credential.');
  const fix = 'Set "Allow public client flows" in the authentication settings of the app registration.';
  return fails(step, 'It does not, and the request carries no client credential.', fix, { code: 'AADSTS7000218' });
}

/** Source: Microsoft identity platform application authentication certificate credentials. */
function clientAssertionSteps(request: TokenRequest, context: RequestContext): DiagnosisStep[] {
  const step = 'client_assertion is a JWT, and its type says so';
  const fix = `Send client_assertion_type=${assertionType}.`;
  if (request.value('client_assertion_type')?.trim() !== assertionType) {
    const what = request.has('client_assertion_type') ? 'has another value' : 'is missing';
    return [fails(step, `client_assertion_type ${what}.`, fix, { code: 'AADSTS900144' })];
  }
  if (request.hides('client_assertion')) return [unknown(step, 'The pasted text does not show the token.')];
  const jwt = readJwt(request.value('client_assertion') ?? '');
  if (jwt.kind !== 'claims') return [fails(step, 'It is not a JWT.', 'Send a signed JWT.', { code: 'AADSTS50027' })];
  const { claims } = jwt;
  const own = isFederated(claims) ? [] : [issuerStep(claims, context), audienceStep(claims, context)];
  return [ok(step, 'It is.'), ...own, ...lifetimeSteps('client_assertion', claims, context, 'AADSTS700024')];
}

/** A token of another issuer, as in workload identity federation: that issuer defines its claims. */
function isFederated({ aud }: JwtClaims): boolean {
  return /^api:\/\/AzureADTokenExchange/i.test(aud ?? '');
}

function issuerStep({ iss, sub }: JwtClaims, { appId }: RequestContext): DiagnosisStep {
  const step = 'iss and sub of the client_assertion are the client id';
  const wrong = Object.entries({ iss, sub }).filter(([, value]) => value?.toLowerCase() !== appId.toLowerCase());
  if (wrong.length === 0) return ok(step, 'They are.');
  const names = wrong.map(([name]) => name).join(' and ');
  return fails(step, `${names} is not.`, `Set iss and sub to ${appId}.`, { code: 'AADSTS700021' });
}

function audienceStep({ aud }: JwtClaims, { tenantId, domains, cloud }: RequestContext): DiagnosisStep {
  const step = 'aud of the client_assertion is the token endpoint of this tenant';
  const fix = `Set aud to ${cloud.authority}/${tenantId ?? '{tenant id}'}/oauth2/v2.0/token.`;
  const endpoint = tokenEndpointIn((aud ?? '').replace(/\/v2\.0\/?$/, '/oauth2/v2.0/token'));
  if (!endpoint?.isEntra) return fails(step, 'It is something else.', fix, { code: 'AADSTS700023' });
  if (tenantId === undefined) return unknown(step, 'The id of this tenant could not be read.');
  if (endpoint.tenant === tenantId.toLowerCase() || domains?.includes(endpoint.tenant)) return ok(step, 'It is.');
  if (!isGuid(endpoint.tenant)) return unknown(step, 'It names its tenant in another way than by id.', fix);
  return fails(step, 'It names another tenant.', fix, { code: 'AADSTS700023' });
}
