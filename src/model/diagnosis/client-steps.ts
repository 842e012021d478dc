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
  if (clientId === undefined) return fails(step, 'client_id is missing.', fix, { code: 'AADSTS900144' });
  if (clientId.toLowerCase() === appId.toLowerCase()) return ok(step, 'client_id is this app.');
  if (request.hides('client_id')) return unknown(step, 'The pasted text does not show the value of client_id.');
  if (!isGuid(clientId)) return fails(step, 'client_id is not a GUID.', fix, { code: 'AADSTS700016' });
  return fails(step, 'client_id is the id of another app.', `${fix} To diagnose the other app, give its id.`);
}

/** Source: On-Behalf-Of and client credentials flows: a confidential client; device code flow: a public client. */
function credentialSteps(request: TokenRequest, flow: Flow | undefined, context: RequestContext): DiagnosisStep[] {
  const step = 'The client authenticates';
  const code = { code: 'AADSTS7000218' };
  if (request.has('client_secret')) return [secretStep(request, step, context), ...damageSteps(request)];
  if (request.hasBasicAuthorization) return [ok(step, 'The client sends an Authorization header.')];
  if (request.has('client_assertion')) return [ok(step, 'The client sends a client_assertion.')];
  if (flow === 'device-code') return [publicClientStep(request, context)];
  if (flow !== 'on-behalf-of' && flow !== 'client-credentials') return [];
  const fix = 'Send client_assertion with its client_assertion_type (recommended), or client_secret.';
  return [fails(step, 'The request has no client_secret and no client_assertion.', fix, code)];
}

function secretStep(request: TokenRequest, step: string, { secrets, now }: RequestContext): DiagnosisStep {
  const sent = request.value('client_secret')?.trim().toLowerCase();
  if (secrets?.some(({ keyId }) => keyId?.toLowerCase() === sent)) {
    const fix = 'Send the value of the secret. The admin center shows it once, when you create the secret.';
    return fails(step, 'client_secret contains the id of a secret instead of its value.', fix, {
      code: 'AADSTS7000215',
    });
  }
  if (!secrets || secrets.length === 0) return ok(step, 'The client sends a client_secret.');
  if (secrets.some((secret) => validityOf(secret, now) !== 'expired'))
    return ok(step, 'The client sends a client_secret.');
  const fix = 'Add a certificate (recommended) or a new secret, and send it.';
  return fails(step, 'The client sends a client_secret, but every secret of the app is expired.', fix, {
    code: 'AADSTS7000222',
  });
}

/** Source: WHATWG URL, application/x-www-form-urlencoded: `&` separates parameters, and `+` is a blank. */
function damageSteps(request: TokenRequest): DiagnosisStep[] {
  const damage = request.damageOf('client_secret');
  if (!damage) return [];
  const step = 'client_secret is URL-encoded';
  const fix = 'Encode the value of the secret (& as %26, + as %2B), or use a library that encodes the form.';
  const code = { code: 'AADSTS7000215' };
  if (damage === 'cut')
    return [fails(step, 'client_secret contains an &. Microsoft Entra reads only the part before it.', fix, code)];
  const detail = 'client_secret contains a +. Microsoft Entra reads it as a space.';
  return [fails(step, detail, fix, { ...code, circumstantial: true })];
}

/** Source: Graph, application: `isFallbackPublicClient`; the device code flow has no redirect URI that decides. */
function publicClientStep({ endpoint }: TokenRequest, { allowsPublicClient }: RequestContext): DiagnosisStep {
  const step = 'The app allows public client flows';
  if (allowsPublicClient === undefined)
    return unknown(step, 'The application is in another tenant, or Consentinel could not read it.');
  if (allowsPublicClient) return ok(step, 'The app allows public client flows.');
  if (endpoint?.leaf === 'devicecode')
    return unknown(step, 'The app does not allow public client flows: at /token the client must send a credential.');
  const fix = 'Set "Allow public client flows" in the authentication settings of the app registration.';
  return fails(step, 'The app does not allow public client flows, and the request has no client credential.', fix, {
    code: 'AADSTS7000218',
  });
}

/** Source: Microsoft identity platform application authentication certificate credentials. */
function clientAssertionSteps(request: TokenRequest, context: RequestContext): DiagnosisStep[] {
  const step = 'client_assertion is a JWT with the correct type';
  const fix = `Send client_assertion_type=${assertionType}.`;
  if (request.value('client_assertion_type')?.trim() !== assertionType) {
    const what = request.has('client_assertion_type') ? 'has the wrong value' : 'is missing';
    return [fails(step, `client_assertion_type ${what}.`, fix, { code: 'AADSTS900144' })];
  }
  if (request.hides('client_assertion')) return [unknown(step, 'The pasted text does not show the token.')];
  const jwt = readJwt(request.value('client_assertion') ?? '');
  if (jwt.kind !== 'claims')
    return [fails(step, 'client_assertion is not a JWT.', 'Send a signed JWT.', { code: 'AADSTS50027' })];
  const { claims } = jwt;
  const own = isFederated(claims) ? [] : [issuerStep(claims, context), audienceStep(claims, context)];
  return [
    ok(step, 'client_assertion is a JWT.'),
    ...own,
    ...lifetimeSteps('client_assertion', claims, context, 'AADSTS700024'),
  ];
}

/** A token of another issuer, as in workload identity federation: that issuer defines its claims. */
function isFederated({ aud }: JwtClaims): boolean {
  return /^api:\/\/AzureADTokenExchange/i.test(aud ?? '');
}

function issuerStep({ iss, sub }: JwtClaims, { appId }: RequestContext): DiagnosisStep {
  const step = 'iss and sub of the client_assertion are the client id';
  const wrong = Object.entries({ iss, sub }).filter(([, value]) => value?.toLowerCase() !== appId.toLowerCase());
  if (wrong.length === 0) return ok(step, 'iss and sub are the client id.');
  const names = wrong.map(([name]) => name).join(' and ');
  return fails(step, `${names} of the client_assertion is not the client id.`, `Set iss and sub to ${appId}.`, {
    code: 'AADSTS700021',
  });
}

function audienceStep({ aud }: JwtClaims, { tenantId, domains, cloud }: RequestContext): DiagnosisStep {
  const step = 'aud of the client_assertion is the token endpoint of this tenant';
  const fix = `Set aud to ${cloud.authority}/${tenantId ?? '{tenant id}'}/oauth2/v2.0/token.`;
  const endpoint = tokenEndpointIn((aud ?? '').replace(/\/v2\.0\/?$/, '/oauth2/v2.0/token'));
  if (!endpoint?.isEntra)
    return fails(step, 'aud of the client_assertion is not a token endpoint.', fix, { code: 'AADSTS700023' });
  if (tenantId === undefined) return unknown(step, 'Consentinel could not read the id of this tenant.');
  if (endpoint.tenant === tenantId.toLowerCase() || domains?.includes(endpoint.tenant))
    return ok(step, 'aud is the token endpoint of this tenant.');
  if (!isGuid(endpoint.tenant)) return unknown(step, 'aud names its tenant by domain instead of id.', fix);
  return fails(step, 'aud of the client_assertion is the token endpoint of another tenant.', fix, {
    code: 'AADSTS700023',
  });
}
