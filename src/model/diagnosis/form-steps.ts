import { isGuid } from '../entra/guid.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import { isPlaceholder } from './form-pairs.js';
import { closestGrantType, namedFlow, type RequestContext } from './request-flow.js';
import type { TokenRequest } from './token-request.js';
import { type Flow, grantTypes, type ParameterName } from './token-request-names.js';

const { ok, fails, unknown } = stepsOf('request');

/** The form of a request: how it is sent, the endpoint, and the grant type. */
export function formSteps(request: TokenRequest, flow: Flow | undefined, context: RequestContext): DiagnosisStep[] {
  return [
    ...sendingSteps(request),
    spellingStep(request),
    ...encodingSteps(request),
    ...endpointSteps(request, flow, context),
    ...grantSteps(request, flow),
    ...(flow === 'on-behalf-of' ? [tokenUseStep(request)] : []),
    ...missingSteps(request, flow),
  ];
}

function sendingSteps({ sentAsJson, method, endpoint }: TokenRequest): DiagnosisStep[] {
  const step = 'The request is a POST with a form in the body';
  const fix = 'Send a POST with Content-Type application/x-www-form-urlencoded.';
  if (sentAsJson) return [fails(step, 'The body is JSON. The endpoint reads forms only.', fix, aCode('900144'))];
  if (method !== 'GET' || endpoint?.leaf === 'authorize') return [];
  return [fails(step, 'The request is a GET.', fix, aCode('900561'))];
}

function spellingStep({ misspelt, repeated, unknown: unknownNames }: TokenRequest): DiagnosisStep {
  const step = 'Every parameter has the documented spelling and appears once';
  const more =
    unknownNames > 0
      ? ` The check ignored ${unknownNames} other names, which are not parameters of a token request.`
      : '';
  if (misspelt.length > 0) {
    const detail = `${list(misspelt)} ${misspelt.length > 1 ? 'are' : 'is'} missing. The request has a similar name instead.${more}`;
    return fails(step, detail, `Use the exact spelling: ${list(misspelt)}.`, aCode('900144'));
  }
  if (repeated.length === 0) return ok(step, `All parameters have the documented spelling.${more}`);
  return fails(
    step,
    `The request has ${list(repeated)} more than once.`,
    'Send every parameter once.',
    aCode('9000411'),
  );
}

/** Source: RFC 6749, appendix B: each value is encoded once. */
function encodingSteps({ isEncodedWhole, encodedTwice }: TokenRequest): DiagnosisStep[] {
  const step = 'Every value is URL-encoded once';
  if (isEncodedWhole) {
    const detail =
      'The whole body is URL-encoded. If the client sent it in this form, Microsoft Entra finds no parameter.';
    const fix = 'Encode the values only, without the names and separators.';
    return [fails(step, detail, fix, { ...aCode('900144'), circumstantial: true })];
  }
  const [first] = encodedTwice;
  if (!first) return [];
  const detail = `${list(encodedTwice)} ${encodedTwice.length > 1 ? 'are' : 'is'} URL-encoded twice.`;
  return [
    fails(step, detail, 'Pass unencoded values to the library that encodes the form.', codeOfEncodedTwice(first)),
  ];
}

function codeOfEncodedTwice(name: ParameterName): { code: string } {
  if (name === 'grant_type') return aCode('70003');
  if (name === 'redirect_uri') return aCode('50011');
  return aCode(name === 'scope' || name === 'resource' ? '70011' : '900144');
}

function endpointSteps(request: TokenRequest, flow: Flow | undefined, context: RequestContext): DiagnosisStep[] {
  const { endpoint } = request;
  if (!endpoint) return [];
  const step = 'The request goes to an endpoint of Microsoft Entra';
  if (!endpoint.isEntra) return [unknown(step, 'The host is not a host of Microsoft Entra.', 'Check the address.')];
  return [
    ok(step, `The endpoint is /${endpoint.leaf} (${endpoint.version}).`),
    tenantStep(decodedTenant(endpoint.tenant), flow, context),
  ];
}

/** Source: On-Behalf-Of and client credentials flows: `tenant` is required and is the tenant of the user. */
function tenantStep(tenant: string, flow: Flow | undefined, context: RequestContext): DiagnosisStep {
  const { tenantId, domains } = context;
  const step = 'The endpoint belongs to this tenant';
  const fix = `Use /${tenantId ?? '{tenant id}'}/ in the address.`;
  if (/^(common|organizations|consumers)$/.test(tenant)) return manyTenantsStep(step, tenant, flow, context, fix);
  if (isPlaceholder(tenant) || /[{$<]/.test(tenant)) return unknown(step, 'The pasted text does not show the tenant.');
  if (tenantId === undefined) return unknown(step, 'Consentinel could not read the id of this tenant.');
  if (tenant === tenantId.toLowerCase() || domains?.includes(tenant))
    return ok(step, 'The endpoint names this tenant.');
  if (isGuid(tenant))
    return fails(
      step,
      `The endpoint names the tenant ${tenant}, but this tenant is ${tenantId}.`,
      fix,
      aCode('700016'),
    );
  if (!domains)
    return unknown(step, 'The endpoint names a domain. Consentinel could not read the domains of this tenant.', fix);
  return fails(step, 'The endpoint names a domain that is not a verified domain of this tenant.', fix, aCode('700016'));
}

/** Sources: ROPC flow (`tenant`), error codes 9001023 and 50194. */
function manyTenantsStep(
  step: string,
  tenant: string,
  flow: Flow | undefined,
  { signInAudience }: RequestContext,
  fix: string,
): DiagnosisStep {
  if (flow === 'password' && tenant !== 'organizations') {
    return fails(
      step,
      `The endpoint is /${tenant}/, which does not support the password grant.`,
      fix,
      aCode('9001023'),
    );
  }
  if (flow !== 'on-behalf-of' && flow !== 'client-credentials' && signInAudience === 'AzureADMyOrg') {
    // Apps that were registered before October 2018 are exempt.
    const detail = `The endpoint is /${tenant}/, but the app is registered for one tenant.`;
    return fails(step, detail, fix, { ...aCode('50194'), circumstantial: true });
  }
  if (flow === 'client-credentials') {
    return fails(
      step,
      `The endpoint is /${tenant}/. A flow without a user needs the id of the tenant.`,
      fix,
      aCode('50059'),
    );
  }
  if (flow !== 'on-behalf-of') return ok(step, `The endpoint is /${tenant}/, which accepts users of this tenant.`);
  return unknown(
    step,
    `The endpoint is /${tenant}/. For a guest, its tenant differs from the tenant of the assertion.`,
    fix,
  );
}

function grantSteps(request: TokenRequest, flow: Flow | undefined): DiagnosisStep[] {
  const leaf = request.endpoint?.leaf;
  const named = namedFlow(request);
  if (leaf === 'devicecode' || leaf === 'authorize') return [leafStep(request, leaf)];
  const step = 'grant_type matches the flow of the request';
  const wanted = flow && grantOf(flow);
  const fix = wanted ? `Send grant_type=${wanted}.` : 'Send the grant_type that the documentation of the flow gives.';
  if (!request.has('grant_type')) return [fails(step, 'grant_type is missing.', fix, aCode('900144'))];
  if (!named && request.hides('grant_type'))
    return [unknown(step, 'The pasted text does not show the value of grant_type.')];
  if (!named) {
    const near = closestGrantType(request);
    const detail = near
      ? `The value of grant_type is misspelt. Similar: ${near}.`
      : 'The value of grant_type is unknown.';
    return [fails(step, detail, near ? `Send grant_type=${near}.` : fix, aCode('70003'))];
  }
  if (named === flow) return [ok(step, `The request uses the ${named} grant.`)];
  const detail = `The request uses the ${named} grant, but it has parameters of the On-Behalf-Of flow (assertion or requested_token_use).`;
  return [fails(step, detail, fix)];
}

/** Source: device authorization grant: `/devicecode` issues the code, `/token` redeems it. */
function leafStep(request: TokenRequest, leaf: 'devicecode' | 'authorize'): DiagnosisStep {
  const step = `The request belongs to the endpoint /${leaf}`;
  const misplaced = (['assertion', 'requested_token_use', 'client_assertion', 'device_code', 'code'] as const).filter(
    (name) => request.has(name),
  );
  const fix = 'Send the request to /token.';
  if (misplaced.length > 0) return fails(step, `${list(misplaced)} belongs to /token.`, fix);
  return request.has('grant_type')
    ? fails(step, `grant_type belongs to /token, not to /${leaf}.`, fix)
    : ok(step, 'The request has no parameter of /token.');
}

/** Source: On-Behalf-Of flow: `requested_token_use` is required and must be `on_behalf_of`. */
function tokenUseStep(request: TokenRequest): DiagnosisStep {
  const step = 'requested_token_use is on_behalf_of';
  const fix = 'Send requested_token_use=on_behalf_of.';
  if (!request.has('requested_token_use')) return fails(step, 'requested_token_use is missing.', fix, aCode('900144'));
  return request.value('requested_token_use')?.trim() === 'on_behalf_of'
    ? ok(step, 'requested_token_use is on_behalf_of.')
    : fails(step, 'requested_token_use has another value.', fix);
}

const required: Readonly<Partial<Record<Flow, readonly ParameterName[]>>> = {
  'authorization-code': ['code', 'redirect_uri'],
  'refresh-token': ['refresh_token'],
  password: ['username', 'password'],
};

function missingSteps(request: TokenRequest, flow: Flow | undefined): DiagnosisStep[] {
  const { endpoint } = request;
  if (!flow || (endpoint && endpoint.leaf !== 'token')) return [];
  // The v1.0 endpoint calls the device code `code`.
  const deviceCode: ParameterName = endpoint?.version === 'v1.0' ? 'code' : 'device_code';
  const names = flow === 'device-code' ? [deviceCode] : (required[flow] ?? []);
  return names.map((name) => {
    const step = `${name} is present`;
    return request.has(name)
      ? ok(step, `The request has ${name}.`)
      : fails(step, `The ${flow} grant needs ${name}.`, `Send ${name}.`, aCode('900144'));
  });
}

function grantOf(flow: Flow): string | undefined {
  return Object.entries(grantTypes).find(([, of]) => of === flow)?.[0];
}

/** Templates have braces in the address, which a URL encodes. */
function decodedTenant(tenant: string): string {
  return tenant.replace(/%7B/gi, '{').replace(/%7D/gi, '}').replace(/%3C/gi, '<').replace(/%3E/gi, '>');
}

function aCode(digits: string): { code: string } {
  return { code: `AADSTS${digits}` };
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
