import type { KeyCredential } from '../../model/entra/app.js';
import { isSymmetricSigningKey } from '../../model/entra/credential.js';
import { isFirstParty } from '../../model/entra/first-party.js';
import type { Manual, Plan } from '../../model/remediation/remediation.js';
import type { AppRemedy, RemedySubject, RemedyTenant } from '../../model/rule/remedy.js';
import type { Violation } from '../../model/rule/violation.js';

const removeManually = 'Remove the key: send a PATCH of keyCredentials without the key. Its value cannot be restored.';
const irreversible = 'Graph never returns the value of the key. Only an owner of the value can add the key again.';

/**
 * One PATCH of `keyCredentials` that omits the key and keeps every other entry unchanged. `removeKey` cannot be used: it
 * requires a proof that is signed with a certificate of the same object.
 * Sources: Graph, update application / servicePrincipal (the collection is replaced), application: removeKey.
 */
export const removeSymmetricSigningKey: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  undo: { because: irreversible },
  plan(violation, subject, tenant) {
    const holder = violation.on === 'application' ? subject.app.application : subject.app.servicePrincipal;
    const keys = holder?.keyCredentials ?? [];
    const removed = keys.find(({ keyId }) => keyId === violation.key);
    const manual = manualRemedy(violation, subject, tenant, keys, removed);
    if (manual || !holder || !removed) return { manual: manual ?? manualSteps('The object no longer has the key.') };
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
    warnings.push('The key is valid today. Apps and scripts that use it will fail. Ask the owner first.');
  }
  if (evidence.origin === 'sharepoint-add-in') {
    warnings.push(
      'The key is probably that of a SharePoint add-in. An add-in on a SharePoint Server farm may still need it.',
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
    return manualSteps('An entry of keyCredentials has no unique keyId, so a plan cannot identify the other keys.');
  }
  if (others.some((other) => other.usage?.toLowerCase() === 'sign' && !isSymmetricSigningKey(other))) {
    return manualSteps(
      'The object also signs with a certificate (SAML or claims mapping). An error would break its sign-ins.',
    );
  }
  if (others.some((other) => !isKnown(other))) {
    return manualSteps('Graph may reject the type or usage of another entry.');
  }
  if (principal?.servicePrincipalType === 'ManagedIdentity')
    return manualSteps('A tenant cannot change managed identities.');
  if (principal && isFirstParty(principal, tenant.id, tenant.firstParty)) {
    return manualSteps('The app belongs to Microsoft.', ['Open a support request with Microsoft.']);
  }
  if (on === 'servicePrincipal' && isLocked(app)) {
    return manualSteps('The app instance is locked (servicePrincipalLockConfiguration).', [
      'Ask the owner of the application to unlock it.',
      removeManually,
    ]);
  }
  return withoutSigningKey(facts);
}

/** An app with a claims-mapping policy and without a signing key fails with AADSTS50146 instead of AADSTS50000. */
function withoutSigningKey({ claimsMappingPolicies }: RemedySubject['facts']): Manual | undefined {
  if (claimsMappingPolicies === undefined) {
    const reason = 'Consentinel could not read whether a claims-mapping policy is assigned (Policy.Read.All).';
    return { ...manualSteps(reason), undetermined: true };
  }
  if (claimsMappingPolicies === 0) return undefined;
  return manualSteps(
    'A claims-mapping policy is assigned, and the app has no signing certificate. Without the key, sign-ins fail with AADSTS50146.',
    ['Add a signing certificate first (POST /servicePrincipals/{id}/addTokenSigningCertificate).', removeManually],
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
