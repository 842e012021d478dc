import { publishesApplicationPermissionsOnly, type Resources } from '../tenant/resources.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import type { Flow } from './token-request-names.js';

/** A resource of the request; its name is shown only where the directory has it too. */
export interface RequestedResource {
  readonly name: string;
  /** Undefined where no service principal in the tenant has this name. */
  readonly appId: string | undefined;
}

/**
 * Judges the resources that the request names, whether or not the app declares them (root causes 3 and 5).
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 5; error code 500011.
 */
export function requestedResourceSteps(
  requested: readonly RequestedResource[],
  resources: Resources | undefined,
  flow: Flow | undefined,
): DiagnosisStep[] {
  return resources ? requested.flatMap((one) => resourceSteps(one, resources, flow)) : [];
}

function resourceSteps({ appId }: RequestedResource, resources: Resources, flow: Flow | undefined): DiagnosisStep[] {
  const consent = stepsOf('consent');
  const step = 'The requested API is in the tenant';
  const found = appId === undefined ? undefined : resources.byAppId(appId);
  if (!found) {
    const detail = 'No service principal in this tenant has the name in scope or resource.';
    const fix = 'Check the spelling, or create the service principal of the API in this tenant.';
    return [consent.fails(step, detail, fix, { code: 'AADSTS500011' })];
  }
  const here = consent.ok(step, `The requested API is ${found.displayName}.`);
  if (flow === 'client-credentials') return [here];
  const { ok, fails } = stepsOf('application-only-resource');
  const offers = 'The requested API offers delegated access';
  const applicationOnly = publishesApplicationPermissionsOnly(found);
  if (!applicationOnly) return [here, ok(offers, `${found.displayName} offers delegated access.`)];
  const fix = `Ask the owner of ${found.displayName} to publish a delegated permission, and consent to it. Or use the client credentials flow.`;
  return [
    here,
    fails(offers, `${found.displayName} publishes application permissions only.`, fix, { code: 'AADSTS50000' }),
  ];
}
