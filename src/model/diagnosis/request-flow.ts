import type { PasswordCredential } from '../entra/app.js';
import type { Cloud } from '../entra/clouds.js';
import type { TokenRequest } from './token-request.js';
import { closestName, type Flow, type GrantType, grantTypes } from './token-request-names.js';

/** What a diagnosis knows about the app and the tenant of a request; undefined for what could not be read. */
export interface RequestContext {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly appId: string;
  readonly cloud: Cloud;
  readonly tenantId: string | undefined;
  /** The verified domains of the tenant, lower case. */
  readonly domains: readonly string[] | undefined;
  /** The names that the app can have as the audience of a token: `identifierUris` and `servicePrincipalNames`. */
  readonly audiences: readonly string[] | undefined;
  /** The client secrets of the app, without their values. */
  readonly secrets: readonly PasswordCredential[] | undefined;
  /** When the token service answered, ISO 8601 UTC; undefined where the pasted text does not say. */
  readonly answeredAt?: string | undefined;
  /** `signInAudience` of the application. */
  readonly signInAudience?: string | undefined;
  /** The redirect URIs of the app. */
  readonly redirectUris?: readonly string[] | undefined;
  /** `isFallbackPublicClient` of the application. */
  readonly allowsPublicClient: boolean | undefined;
}

const known = Object.keys(grantTypes) as GrantType[];

/** The flow that `grant_type` names. */
export function namedFlow(request: TokenRequest): Flow | undefined {
  const grant = request.value('grant_type')?.trim();
  const found = known.find((name) => name === grant);
  return found && grantTypes[found];
}

/** The known grant type that is closest to a misspelt one. */
export function closestGrantType(request: TokenRequest): GrantType | undefined {
  const grant = request.value('grant_type')?.trim();
  if (!grant) return undefined;
  return /on.?behalf.?of|^obo$/i.test(grant)
    ? 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    : closestName(grant, known);
}

/** The flow of a request; where its grant type is unknown, by its other parameters. */
export function flowOf(request: TokenRequest): Flow | undefined {
  if (request.has('assertion') || request.has('requested_token_use')) {
    return namedFlow(request) === 'saml-bearer' ? 'saml-bearer' : 'on-behalf-of';
  }
  const grant = closestGrantType(request);
  const flow = namedFlow(request) ?? (grant && grantTypes[grant]);
  if (flow) return flow;
  if (request.endpoint?.leaf === 'devicecode' || request.has('device_code')) return 'device-code';
  return request.endpoint?.leaf === 'authorize' || request.has('code') ? 'authorization-code' : undefined;
}
