import { isSamlMode } from '../../model/entra/sign-on-mode.js';
import { isThumbprintOf } from '../../model/entra/thumbprint.js';
import type { Remedy } from '../../model/remediation/remediation.js';
import type { AppRemedy, RemedySubject } from '../../model/rule/remedy.js';
import type { NoUndo } from '../../model/rule/undo.js';

/** The name that the Entra admin center gives to a SAML signing certificate. */
const displayName = 'CN=Microsoft Azure Federated SSO Certificate';

const undo: NoUndo = {
  because:
    'The undo deletes two keys and a password that belong together. Consentinel sends no request that deletes passwords.',
};

/**
 * Creates the next SAML signing certificate and leaves it inactive, so that sign-ins do not change. That is a fix while the
 * active certificate is valid for some days: later, a person must make the new one active, when the service knows it.
 * Source: Graph, servicePrincipal: addTokenSigningCertificate (valid for three years).
 */
export const addInactiveCertificate: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  undo,
  plan({ on, key = '', severity, evidence }, { app }) {
    const { servicePrincipal } = app;
    if (on !== 'servicePrincipal' || !servicePrincipal) return encryption;
    // Medium is the severity while the active certificate is still valid for some days.
    if (severity !== 'medium' || evidence.validity !== 'expires-soon') return activation;
    if (!isSamlMode(servicePrincipal.preferredSingleSignOnMode)) return otherMode;
    if (!isNamed(servicePrincipal, key)) return unnamed;
    const { id } = servicePrincipal;
    return {
      plan: {
        requests: [
          { method: 'POST', path: `/servicePrincipals/${id}/addTokenSigningCertificate`, body: { displayName } },
        ],
        irreversible: false,
        undo: 'Delete the inactive certificate: Entra admin center > Enterprise apps > the app > Single sign-on > SAML certificates.',
        warnings: [
          `The new certificate stays inactive. Give it to the service, and make it active before ${evidence.endDateTime}.`,
        ],
        guard: { servicePrincipalId: id, displayName, keyId: key },
      },
    };
  },
};

/** Whether the thumbprint names the certificate: then another one does not become active by itself. */
function isNamed(principal: NonNullable<RemedySubject['app']['servicePrincipal']>, keyId: string): boolean {
  const { keyCredentials, preferredTokenSigningKeyThumbprint: thumbprint } = principal;
  const named = keyCredentials.filter(({ customKeyIdentifier }) =>
    isThumbprintOf(thumbprint ?? '', customKeyIdentifier),
  );
  return named.some((one) => one.keyId?.toLowerCase() === keyId.toLowerCase());
}

const activation: Remedy = {
  manual: {
    reason:
      'The service needs the new certificate before the certificate becomes active. Coordinate the change with the owner of the service.',
    steps: [
      'Create a certificate if there is no newer one: Entra admin center > Enterprise apps > the app > Single sign-on > SAML certificates.',
      'Give the certificate to the service, then choose Make certificate active.',
    ],
  },
};

const otherMode: Remedy = {
  manual: {
    reason: 'The app does not use SAML: a second signing key can change which key signs its tokens.',
    steps: activation.manual.steps,
  },
};

const unnamed: Remedy = {
  manual: {
    reason: 'No property names the active certificate, so another certificate could become active automatically.',
    steps: activation.manual.steps,
  },
};

const encryption: Remedy = {
  manual: {
    reason: 'The certificate for token encryption belongs to the service. Only its owner has the private key.',
    steps: [
      'Ask the owner for a new certificate.',
      'Upload the certificate: Entra admin center > Enterprise apps > the app > Token encryption.',
    ],
  },
};
