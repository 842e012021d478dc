import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import type { RequestContext } from './request-flow.js';
import { type RequestedScope, requestedScopes, resourceName } from './requested-scopes.js';
import type { TokenRequest } from './token-request.js';
import type { Flow } from './token-request-names.js';

const { ok, fails, unknown } = stepsOf('request');

/** The requested permissions: `scope` on v2.0, `resource` on v1.0. */
export function scopeSteps(request: TokenRequest, flow: Flow | undefined, _: RequestContext): DiagnosisStep[] {
  const scopes = requestedScopes(request);
  return [targetStep(request, flow), ...(scopes.length > 0 ? [combinationStep(request, scopes, flow)] : [])];
}

/** Source: "Why update to Microsoft identity platform (v2.0)": scopes, not resources. */
function targetStep(request: TokenRequest, flow: Flow | undefined): DiagnosisStep {
  const step = 'The request names its resource in the form of its endpoint';
  const [scope, resource, version] = [request.has('scope'), request.has('resource'), request.endpoint?.version];
  const fix = version === 'v1.0' ? 'Send resource.' : 'Send scope with the resource in it, and remove resource.';
  if (version === 'v2.0' && resource)
    return fails(step, 'resource is a parameter of v1.0 only.', fix, { code: 'AADSTS901002' });
  if (scope && resource && version !== 'v1.0') {
    return fails(step, 'The request has both scope and resource. Each endpoint accepts one of them.', fix, {
      code: 'AADSTS901002',
    });
  }
  if (version === 'v1.0' && !resource && flow !== 'refresh-token') {
    return fails(step, scope ? 'v1.0 needs resource instead of scope.' : 'resource is missing.', fix, {
      code: 'AADSTS900144',
    });
  }
  if (scope || resource) return ok(step, `The request sends ${resource ? 'resource' : 'scope'}.`);
  // An authorization code, a device code, and a refresh token are bound to the scopes that they were issued for.
  if (flow !== 'on-behalf-of' && flow !== 'client-credentials')
    return unknown(step, 'The request has no scope and no resource.');
  return fails(step, 'The request has no scope and no resource.', fix, { code: 'AADSTS900144' });
}

/** Source: "Scopes and permissions", `.default`; client credentials flow, `scope`. */
function combinationStep(
  request: TokenRequest,
  scopes: readonly RequestedScope[],
  flow: Flow | undefined,
): DiagnosisStep {
  const step = 'One request can have these scopes';
  const resources = new Set(scopes.flatMap(({ resource }) => (resource === undefined ? [] : [resourceName(resource)])));
  const named = scopes.filter(({ resource }) => resource !== undefined);
  if (/[,;]/.test(request.value('scope') ?? '')) {
    return fails(step, 'Commas separate the scopes.', 'Separate the scopes by spaces.', { code: 'AADSTS70011' });
  }
  if (resources.size > 1) {
    const detail = `The scopes belong to ${resources.size} resources.`;
    return fails(step, detail, 'Request one resource at a time.', { code: 'AADSTS700022' });
  }
  if (flow === 'client-credentials' && !scopes.every(({ isDefault }) => isDefault)) {
    const fix = 'Send only the name of the resource and /.default.';
    return fails(step, 'The app-only request names single permissions.', fix, { code: 'AADSTS1002012' });
  }
  if (named.some(({ isDefault }) => isDefault) && named.some(({ isDefault }) => !isDefault)) {
    const fix = 'Send either .default or the single permissions.';
    return fails(step, 'The request combines .default with single permissions.', fix, { code: 'AADSTS70011' });
  }
  return ok(step, 'One request can have these scopes.');
}
