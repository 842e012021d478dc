import type { KeyCredential } from '../../model/entra/app.js';
import { isSymmetricSigningKey } from '../../model/entra/credential.js';
import { isFirstParty } from '../../model/entra/first-party.js';
import type { Manual, Plan } from '../../model/remediation/remediation.js';
import type { AppRemedy, RemedySubject, RemedyTenant } from '../../model/rule/remedy.js';
import type { Violation } from '../../model/rule/violation.js';

const removeByHand =
  'Remove the key with an identity that may, by PATCH of keyCredentials without it; nothing gives its value back.';
const irreversible = 'Graph never gives the value of the key back: only whoever holds it could attach it again.';

/**
 * One PATCH of `keyCredentials` that leaves the key out and echoes every other entry. `removeKey` is of no use: it wants
 * a proof that is signed with a certificate of the very object.
 * Sources: Graph, update application / servicePrincipal (the collection is replaced), application: removeKey.
 */
export const removeSymmetricSigningKey: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  plan(violation, subject, tenant) {
    const holder = violation.on === 'application' ? subject.app.application : subject.app.servicePrincipal;
    const keys = holder?.keyCredentials ?? [];
    const removed = keys.find(({ keyId }) => keyId === violation.key);
    const manual = whyByHand(violation, subject, tenant, keys, removed);
    if (manual || !holder || !removed) return { manual: manual ?? byHand('The key is no longer there.') };
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
    // Other symmetric signing keys may go by their own remediations meanwhile; everything else must be as approved.
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

/** The situations in which a request of ours could break something or would be refused. */
function whyByHand(
  { on, key }: Violation,
  { app, facts }: RemedySubject,
  tenant: RemedyTenant,
  keys: readonly KeyCredential[],
  removed: KeyCredential | undefined,
): Manual | undefined {
  const principal = app.servicePrincipal;
  const others = keys.filter((other) => other !== removed);
  if (!key || new Set(keys.map(({ keyId }) => keyId)).size < keys.length || others.some(({ keyId }) => !keyId)) {
    return byHand('An entry of keyCredentials has no keyId of its own, so what is kept could not be told apart.');
  }
  if (others.some((other) => other.usage?.toLowerCase() === 'sign' && !isSymmetricSigningKey(other))) {
    return byHand(
      'The object also signs with a certificate (SAML, or claims mapping): a mistake would break its sign-in.',
    );
  }
  if (others.some((other) => !isKnown(other))) {
    return byHand('Another entry has a type or usage that Graph may refuse to take back.');
  }
  if (principal?.servicePrincipalType === 'ManagedIdentity') return byHand('Managed identities cannot be changed.');
  if (principal && isFirstParty(principal, tenant.id, tenant.firstParty)) {
    return byHand('The app belongs to Microsoft.', ['Open a support request with Microsoft.']);
  }
  if (on === 'servicePrincipal' && isLocked(app)) {
    return byHand('The app instance is locked (servicePrincipalLockConfiguration).', [
      'Let the owner of the application unlock it.',
      removeByHand,
    ]);
  }
  return withoutSigningKey(facts);
}

/** Without any signing key, AADSTS50000 would turn into AADSTS50146 where claims are mapped. */
function withoutSigningKey({ claimsMappingPolicies }: RemedySubject['facts']): Manual | undefined {
  if (claimsMappingPolicies === undefined) {
    return byHand('It could not be read whether a claims-mapping policy is assigned (Policy.Read.All).');
  }
  if (claimsMappingPolicies === 0) return undefined;
  return byHand(
    'A claims-mapping policy is assigned and no signing certificate stands by: the app would fail with AADSTS50146.',
    ['Attach a signing certificate first (POST /servicePrincipals/{id}/addTokenSigningCertificate).', removeByHand],
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

function byHand(reason: string, steps: readonly string[] = [removeByHand]): Manual {
  return { reason, steps };
}

function byKeyId(a: KeyCredential, b: KeyCredential): number {
  return (a.keyId ?? '').localeCompare(b.keyId ?? '');
}
