import type { JsonObject } from '../../src/simulator/http/server.js';
import { grantTo, ledger, readScope, requiring } from './apis.js';
import { guidFor } from './random.js';
import type { Ground, Kind, Specimen } from './specimen.js';

const valid = { startDateTime: '2024-03-01T00:00:00Z', endDateTime: '2090-03-01T00:00:00Z' };
const expired = { startDateTime: '2020-03-01T00:00:00Z', endDateTime: '2022-03-01T00:00:00Z' };

/** The keyId of the present violation of a specimen. */
export function keyIdOf({ appId, generation }: Specimen): string {
  return guidFor(`key ${generation} of ${appId}`);
}

function aKey(keyId: string, members: JsonObject): JsonObject {
  return { keyId, displayName: null, customKeyIdentifier: null, key: 'c2VjcmV0', ...valid, ...members };
}

function signingCertificate(specimen: Specimen, dates: JsonObject): JsonObject[] {
  const members = { displayName: 'CN=soak', customKeyIdentifier: 'A1B2C3', ...dates };
  return [aKey(keyIdOf(specimen), { type: 'X509CertAndPassword', usage: 'Sign', ...members })];
}

/** A service principal with a signing certificate of its own, or without one. */
function withOwnKey(ruleId: string, application: JsonObject): Kind {
  return {
    ruleId,
    on: 'servicePrincipal',
    application,
    plant: (ground, specimen) => grantTo(ground, specimen, readScope, true),
    set({ directory }, specimen, violating) {
      const keyCredentials = violating ? signingCertificate(specimen, valid) : [];
      directory.update('servicePrincipals', specimen.servicePrincipalId, { keyCredentials });
    },
    key: keyIdOf,
  };
}

/** A symmetric signing key next to the other keys of an object. The product itself can remove it. */
function withSymmetricKey(on: Kind['on']): Kind {
  const collection = on === 'application' ? 'applications' : 'servicePrincipals';
  const idOf = (specimen: Specimen) => (on === 'application' ? specimen.applicationId : specimen.servicePrincipalId);
  const addKey = ({ directory }: Ground, specimen: Specimen) => {
    const keyId = guidFor(`key ${specimen.kept.length} that ${specimen.appId} keeps`);
    specimen.kept.push(keyId);
    const key = aKey(keyId, { type: 'AsymmetricX509Cert', usage: 'Verify' });
    directory.addKey(collection, idOf(specimen), key);
  };
  return {
    ruleId: 'no-symmetric-signing-key',
    on,
    plant: addKey,
    addKey,
    otherKeys: (directory, specimen) =>
      keyIdsOf(directory.find(collection, idOf(specimen)))
        .filter((keyId) => keyId !== keyIdOf(specimen))
        .sort(),
    set({ directory }, specimen, violating) {
      // Also the key of the generation before.
      for (const generation of [specimen.generation, specimen.generation - 1])
        directory.removeKey(collection, idOf(specimen), keyIdOf({ ...specimen, generation }));
      const key = aKey(keyIdOf(specimen), { type: 'Symmetric', usage: 'Sign' });
      if (violating) directory.addKey(collection, idOf(specimen), key);
    },
    observe: (directory, specimen) => keyIdsOf(directory.find(collection, idOf(specimen))).includes(keyIdOf(specimen)),
    key: keyIdOf,
    remedy: () => 'plan',
  };
}

/** The ids of the keys of an object. */
function keyIdsOf(object: JsonObject | undefined): string[] {
  return ((object?.keyCredentials ?? []) as JsonObject[]).map(({ keyId }) => String(keyId));
}

const middleTier = {
  oauth2PermissionScopes: [{ id: guidFor('middle tier'), value: 'access_as_user', type: 'User', isEnabled: true }],
  knownClientApplications: [guidFor('client')],
};

/** The specimens of the rules about credentials: one kind for each rule, and two for symmetric keys. */
export const credentialKinds: readonly Kind[] = [
  withSymmetricKey('application'),
  withSymmetricKey('servicePrincipal'),
  withOwnKey('no-app-specific-key-on-middle-tier', { ...requiring(ledger.appId, readScope), api: middleTier }),
  withOwnKey('require-app-specific-metadata', { api: middleTier }),
  {
    ruleId: 'require-valid-signing-certificate',
    on: 'servicePrincipal',
    servicePrincipal: { preferredSingleSignOnMode: 'saml' },
    set({ directory }, specimen, violating) {
      const keyCredentials = signingCertificate(specimen, violating ? expired : valid);
      directory.update('servicePrincipals', specimen.servicePrincipalId, { keyCredentials });
    },
    key: keyIdOf,
    remedy: () => 'manual',
  },
  {
    ruleId: 'require-valid-client-credential',
    on: 'application',
    set({ directory }, specimen, violating) {
      const secret = { keyId: guidFor(`secret ${specimen.appId}`), displayName: 'secret' };
      const passwordCredentials = [{ ...secret, ...(violating ? expired : valid) }];
      directory.update('applications', specimen.applicationId, { passwordCredentials });
    },
  },
];
