import { assertionSteps } from './assertion-steps.js';
import { clientSteps } from './client-steps.js';
import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import { formSteps } from './form-steps.js';
import { redirectSteps } from './redirect-steps.js';
import { flowOf, type RequestContext } from './request-flow.js';
import { scopeSteps } from './scope-steps.js';
import type { TokenRequest } from './token-request.js';

const { unknown } = stepsOf('request');

/** Why a pasted text says nothing. */
export const unreadable = {
  detail: 'The pasted text has no parameter of a token request and no error code.',
  fix: 'Paste the form body, the URL, the curl command, a HAR file, the source code of the request, or the answer of Microsoft Entra.',
};

/**
 * Judges a failed token request (root cause 2). Steps name parameters and a few claims, such as the date of `exp`. They
 * show a value only where the directory has the same value or where it is well known.
 * Source: Microsoft identity platform, On-Behalf-Of, device code and client credentials flows.
 */
export function requestSteps(request: TokenRequest, context: RequestContext): DiagnosisStep[] {
  if (request.isUnreadable) return [unknown('The pasted text is readable', unreadable.detail, unreadable.fix)];
  if (request.isEmpty) return [];
  const flow = flowOf(request);
  return [
    ...formSteps(request, flow, context),
    ...redirectSteps(request, context),
    ...clientSteps(request, flow, context),
    ...(flow === 'on-behalf-of' ? assertionSteps(request, context) : []),
    ...scopeSteps(request, flow, context),
  ];
}
