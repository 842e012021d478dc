import { createHash, randomUUID } from 'node:crypto';
import { type Answer, jsonAnswer } from '../protocol/answer.js';
import { accessDenied, badRequest, GraphError, notFound } from '../protocol/graph-error.js';
import { bodyOf, type GraphRequest } from '../protocol/graph-request.js';
import { type JsonObject, objectsOf } from '../protocol/json.js';
import { metadata } from '../protocol/odata.js';
import { graphTimestamp } from '../protocol/timestamps.js';
import { keysOf } from '../schema/properties.js';
import { type ObjectName, positionNamed } from './object-name.js';
import type { TenantState } from './tenant-state.js';

/**
 * `POST /servicePrincipals/{id}/addTokenSigningCertificate`: adds a certificate of three entries, and activates nothing.
 * Source: "servicePrincipal: addTokenSigningCertificate": the name starts with CN=, and the default validity is three years.
 */
export function addTokenSigningCertificate(state: TenantState, request: GraphRequest, name: ObjectName): Answer {
  const principal = principalNamed(state, name);
  const { displayName, endDateTime } = bodyOf(request);
  if (typeof displayName !== 'string' || !displayName.startsWith('CN='))
    throw badRequest("The property 'displayName' must start with 'CN='.");
  if (!request.identity.roles.has('Application.ReadWrite.All')) throw accessDenied();
  const threeYears = () => graphTimestamp().replace(/^\d+/, (year) => String(Number(year) + 3));
  const dates = { startDateTime: graphTimestamp(), endDateTime: endDateTime ?? threeYears() };
  const keyId = randomUUID();
  const thumbprint = createHash('sha1').update(keyId).digest();
  const common = { customKeyIdentifier: thumbprint.toString('base64'), displayName, ...dates };
  const entry = (members: JsonObject) => ({ ...common, key: randomUUID(), ...members });
  const added = [
    entry({ keyId, type: 'X509CertAndPassword', usage: 'Sign' }),
    entry({ keyId: randomUUID(), type: 'AsymmetricX509Cert', usage: 'Verify' }),
  ];
  state.directory.update('servicePrincipals', String(principal.id), {
    keyCredentials: [...keysOf(principal), ...added],
    passwordCredentials: [
      ...objectsOf(principal.passwordCredentials),
      { ...common, keyId, hint: null, secretText: null },
    ],
  });
  const context = `${metadata}microsoft.graph.selfSignedCertificate`;
  const certificate = { ...common, keyId, type: 'AsymmetricX509Cert', usage: 'Verify' };
  return jsonAnswer(200, {
    '@odata.context': context,
    ...certificate,
    thumbprint: thumbprint.toString('hex').toUpperCase(),
  });
}

/**
 * `POST /servicePrincipals/{id}/delegatedPermissionClassifications`: a permission of the API has one classification.
 * Source: "Create delegatedPermissionClassification". The answer to a second classification is not documented.
 */
export function postClassification(state: TenantState, request: GraphRequest, name: ObjectName): Answer {
  const principal = principalNamed(state, name);
  const { permissionId, classification } = bodyOf(request);
  const published = objectsOf(principal.oauth2PermissionScopes).find(({ id }) => id === permissionId);
  if (!published) throw badRequest(`The API publishes no permission '${permissionId}'.`);
  if (!['low', 'medium', 'high'].includes(String(classification)))
    throw badRequest(`Invalid value '${classification}' of the property 'classification'.`);
  const present = objectsOf(principal.delegatedPermissionClassifications);
  if (present.some((one) => one.permissionId === permissionId))
    throw new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', `'${permissionId}' has a classification.`);
  const added = {
    id: randomUUID(),
    permissionId,
    permissionName: published.value ?? null,
    classification,
  } as JsonObject;
  state.directory.update('servicePrincipals', String(principal.id), {
    delegatedPermissionClassifications: [...present, added],
  });
  return jsonAnswer(201, { '@odata.context': `${metadata}delegatedPermissionClassifications/$entity`, ...added });
}

function principalNamed({ directory }: TenantState, name: ObjectName): JsonObject {
  const principal = directory.collection('servicePrincipals').current(positionNamed(directory, name));
  if (!principal) throw notFound(name.id ?? name.appId ?? '');
  return principal;
}
