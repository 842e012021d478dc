import { assertionSteps } from './assertion-steps.js';
import { clientSteps } from './client-steps.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import { formSteps } from './form-steps.js';
import { flowOf, type RequestContext } from './request-flow.js';
import { scopeSteps } from './scope-steps.js';
import type { TokenRequest } from './token-request.js';

const { unknown } = stepsOf('request');

/**
 * Judges a failed token request (root cause 2). Steps name parameters and a few claims, such as the date of `exp`. They
 * show a value only where the directory has the same value or where it is well known.
 * Source: Microsoft identity platform, On-Behalf-Of, device code and client credentials flows.
 */
export function requestSteps(request: TokenRequest, context: RequestContext): DiagnosisStep[] {
  if (request.isEmpty) {
    const fix = 'Paste the form body, the whole URL, a JSON object of the parameters, or the curl command.';
    return [unknown('The text holds a token request', 'None of its names is a parameter of a token request.', fix)];
  }
  const flow = flowOf(request);
  return [
    ...formSteps(request, flow, context),
    ...clientSteps(request, flow, context),
    ...(flow === 'on-behalf-of' ? assertionSteps(request, context) : []),
    ...scopeSteps(request, flow, context),
  ];
}
