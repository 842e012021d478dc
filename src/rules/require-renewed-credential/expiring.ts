import {
  type ClientApp,
  type ClientCredential,
  type ClientCredentialKind,
  type CredentialHolder,
  clientCredentials,
  isPublicOnly,
  kindOfClientCredential,
} from '../../model/entra/client-credential.js';
import { endOf, expiryStageOf, isReplaced } from '../../model/entra/expiry.js';
import { isPlatformIdentity } from '../../model/entra/platform-identity.js';
import type { Tenant } from '../../model/tenant/tenant.js';

/** A client with the properties that the rule reads. */
export type RenewedApp = ClientApp<'appOwnerOrganizationId' | 'servicePrincipalType'>;

/** A credential of a client, with the object that holds it. */
interface Held {
  readonly on: 'application' | 'servicePrincipal';
  readonly objectId: string;
  readonly keyId: string;
  readonly kind: ClientCredentialKind;
  readonly credential: ClientCredential;
}

/** A credential that expires soon and that no newer one of its kind replaces. */
export interface Expiring extends Held {
  readonly stage: 'warning' | 'urgent';
  /** No other credential of the app is valid longer. */
  readonly isLast: boolean;
  /** False if the answer depends on a key of an undocumented type or usage. */
  readonly isCertain: boolean;
}

/** The credentials of an app that expire soon. A key without an id cannot be followed from scan to scan. */
export function expiringCredentials(app: RenewedApp, tenant: Tenant): Expiring[] {
  const { application, servicePrincipal } = app;
  if (application && isPublicOnly(application)) return [];
  if (!holdsExpiring(application, tenant) && !holdsExpiring(servicePrincipal, tenant)) return [];
  const held = heldBy(app, tenant);
  return held.flatMap((one) => {
    const stage = comingEndOf(one.credential, tenant);
    if (!one.keyId || stage === undefined) return [];
    const others = held.filter((other) => other !== one);
    const ofKind = (...kinds: ClientCredentialKind[]) =>
      others.filter(({ kind }) => kinds.includes(kind)).map(({ credential }) => credential);
    if (isReplaced(one.credential, ofKind(one.kind))) return [];
    const isLast = others.every(
      ({ kind, credential }) => kind === 'unclear' || endOf(credential) <= endOf(one.credential),
    );
    const isCertain = one.kind !== 'unclear' && !isReplaced(one.credential, ofKind('unclear'));
    return [{ ...one, stage, isLast, isCertain }];
  });
}

function comingEndOf(credential: ClientCredential, tenant: Tenant): Expiring['stage'] | undefined {
  const stage = expiryStageOf(credential, tenant);
  return stage === 'expired' ? undefined : stage;
}

/** Whether any credential expires soon, whatever it is for. Nearly all apps have none. */
function holdsExpiring(holder: CredentialHolder | undefined, tenant: Tenant): boolean {
  if (!holder) return false;
  return anyExpires(holder.keyCredentials, tenant) || anyExpires(holder.passwordCredentials, tenant);
}

function anyExpires(credentials: readonly ClientCredential[], tenant: Tenant): boolean {
  for (const credential of credentials) if (comingEndOf(credential, tenant)) return true;
  return false;
}

function heldBy(app: RenewedApp, tenant: Tenant): Held[] {
  const { application, servicePrincipal } = app;
  return [
    ...(application ? credentialsOf('application', application) : []),
    ...(servicePrincipal && canUseCredentials(app, tenant) ? credentialsOf('servicePrincipal', servicePrincipal) : []),
  ];
}

function credentialsOf(on: Held['on'], holder: CredentialHolder & { id: string }): Held[] {
  return clientCredentials(holder).map((credential) => {
    const { keyId } = credential;
    return { on, objectId: holder.id, keyId: keyId ?? '', kind: kindOfClientCredential(credential), credential };
  });
}

/**
 * Whether the credentials of a service principal can get a token, and the tenant can replace them. Without its application,
 * a service principal of this tenant gets none: Entra rotates the keys of its own services, such as P2P Server.
 * Source: Graph, servicePrincipal: `servicePrincipalType`.
 */
function canUseCredentials(app: RenewedApp, tenant: Tenant): boolean {
  if (app.application) return true;
  const owner = app.servicePrincipal?.appOwnerOrganizationId?.toLowerCase();
  return owner !== undefined && owner !== tenant.id.toLowerCase() && !isPlatformIdentity(app, tenant);
}
