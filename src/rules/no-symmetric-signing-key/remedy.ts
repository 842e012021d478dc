import type { KeyCredential } from '../../model/entra/app.js';
import { isSymmetricSigningKey } from '../../model/entra/credential.js';
import { isFirstParty } from '../../model/entra/first-party.js';
import type { Manual, Plan } from '../../model/remediation/remediation.js';
import type { AppRemedy, RemedySubject, RemedyTenant } from '../../model/rule/remedy.js';
import type { Violation } from '../../model/rule/violation.js';

const removeManually =
  'Remove the key with an identity that may, by PATCH of keyCredentials without it; nothing gives its value back.';
const irreversible = 'Graph never gives the value of the key back: only whoever holds it could attach it again.';

/**
 * One PATCH of `keyCredentials` that omits the key and keeps every other entry unchanged. `removeKey` cannot be used: it
 * requires a proof that is signed with a certificate of the same object.
 * Sources: Graph, update application / servicePrincipal (the collection is replaced), application: removeKey.
 */
export const removeSymmetricSigningKey: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  plan(violation, subject, tenant) {
    const holder = violation.on === 'application' ? subject.app.application : subject.app.servicePrincipal;
    const keys = holder?.keyCredentials ?? [];
    const removed = keys.find(({ keyId }) => keyId === violation.key);
    const manual = manualRemedy(violation, subject, tenant, keys, removed);
    if (manual || !holder || !removed) return { manual: manual ?? manualSteps('The key is no longer there.') };
    return { plan: planFor(violation, holder.id, keys, removed) };
  },
};

function planFor(violation: Violation, objectId: string, keys: readonly KeyCredential[], removed: KeyCredential): Plan {
  const path = `/${violation.on === 'application' ? 'applications' : 'servicePrincipals'}/${objectId}`;
  const kept = keys.filter((key) => key !== removed);
  return {
    requests: [{ method: 'PATCH', path, body: { keyCredentials: kept } }],
    irreversible: true,
    warnings: [irreversible, ...warningsOf(violation)],
    // Other remediations may remove other symmetric signing keys in the meantime; everything else must be as approved.
    guard: { path, removed, kept: kept.filter((key) => !isSymmetricSigningKey(key)).sort(byKeyId) },
  };
}

function warningsOf({ evidence }: Violation): string[] {
  const warnings: string[] = [];
  if (evidence.validity === 'valid') {
    warnings.push('The key is valid today: whatever still relies on it will stop. Ask the owner first.');
  }
  if (evidence.origin === 'sharepoint-add-in') {
    warnings.push(
      'It looks like the key of a SharePoint add-in: an add-in on a SharePoint Server farm may still need it.',
    );
  }
  return warnings;
}

/** The cases in which a request could break something or Graph would reject it. */
function manualRemedy(
  { on, key }: Violation,
  { app, facts }: RemedySubject,
  tenant: RemedyTenant,
  keys: readonly KeyCredential[],
  removed: KeyCredential | undefined,
): Manual | undefined {
  const principal = app.servicePrincipal;
  const others = keys.filter((other) => other !== removed);
  if (!key || new Set(keys.map(({ keyId }) => keyId)).size < keys.length || others.some(({ keyId }) => !keyId)) {
    return manualSteps('An entry of keyCredentials has no keyId of its own, so what is kept could not be told apart.');
  }
  if (others.some((other) => other.usage?.toLowerCase() === 'sign' && !isSymmetricSigningKey(other))) {
    return manualSteps(
      'The object also signs with a certificate (SAML, or claims mapping): a mistake would break its sign-in.',
    );
  }
  if (others.some((other) => !isKnown(other))) {
    return manualSteps('Another entry has a type or usage that Graph may refuse to take back.');
  }
  if (principal?.servicePrincipalType === 'ManagedIdentity')
    return manualSteps('Managed identities cannot be changed.');
  if (principal && isFirstParty(principal, tenant.id, tenant.firstParty)) {
    return manualSteps('The app belongs to Microsoft.', ['Open a support request with Microsoft.']);
  }
  if (on === 'servicePrincipal' && isLocked(app)) {
    return manualSteps('The app instance is locked (servicePrincipalLockConfiguration).', [
      'Let the owner of the application unlock it.',
      removeManually,
    ]);
  }
  return withoutSigningKey(facts);
}

/** An app with a claims-mapping policy and without a signing key fails with AADSTS50146 instead of AADSTS50000. */
function withoutSigningKey({ claimsMappingPolicies }: RemedySubject['facts']): Manual | undefined {
  if (claimsMappingPolicies === undefined) {
    const reason = 'It could not be read whether a claims-mapping policy is assigned (Policy.Read.All).';
    return { ...manualSteps(reason), undetermined: true };
  }
  if (claimsMappingPolicies === 0) return undefined;
  return manualSteps(
    'A claims-mapping policy is assigned and no signing certificate stands by: the app would fail with AADSTS50146.',
    ['Attach a signing certificate first (POST /servicePrincipals/{id}/addTokenSigningCertificate).', removeManually],
  );
}

function isLocked(app: RemedySubject['app']): boolean {
  const lock = app.application?.servicePrincipalLockConfiguration;
  return lock?.isEnabled === true && (lock.allProperties === true || lock.credentialsWithUsageSign === true);
}

/** Source: Graph, keyCredential: documented types and usages; both are open strings. */
function isKnown({ type, usage }: KeyCredential): boolean {
  return (
    /^(Symmetric|AsymmetricX509Cert|X509CertAndPassword)$/i.test(type ?? '') &&
    /^(Sign|Verify|Encrypt)$/i.test(usage ?? '')
  );
}

function manualSteps(reason: string, steps: readonly string[] = [removeManually]): Manual {
  return { reason, steps };
}

function byKeyId(a: KeyCredential, b: KeyCredential): number {
  return (a.keyId ?? '').localeCompare(b.keyId ?? '');
}
