import { isDataHolder } from '../entra/data-holder.js';
import { isDocumented } from '../entra/enum-value.js';
import { hasKnownAudience, isForPersonalAccountsOnly } from '../entra/sign-in-audience.js';
import { isKnownSignOnMode } from '../entra/sign-on-mode.js';
import { permissionKinds } from '../tenant/middle-tier.js';
import {
  failsOr,
  ok,
  type ReachabilityFailure,
  type ReachabilityStep,
  type ReachableApp,
  type ReachableTenant,
  unknown,
} from './reachability-step.js';

type Halves = Pick<ReachableApp, 'application' | 'servicePrincipal'>;

export const unknownAudience = 'Graph does not return which accounts can sign in to the application.';

/** Tokens for work accounts need a service principal. Source: Microsoft Learn, "AADSTS50000", cause 3. */
export function servicePrincipalStep(
  { application, servicePrincipal: principal }: ReachableApp,
  { extensionProperties }: ReachableTenant,
): ReachabilityStep {
  const otherwise = ok(
    'servicePrincipal',
    principal
      ? 'The app has a service principal in this tenant.'
      : 'The app needs no service principal in this tenant.',
  );
  if (!application || principal || isForPersonalAccountsOnly(application)) return otherwise;
  const ownsExtensions = extensionProperties?.has(application.id) === true;
  if (application.isDisabled === true || isDataHolder(application) || ownsExtensions) return otherwise;
  if (!hasKnownAudience(application)) return unknown('servicePrincipal', unknownAudience);
  const failure: ReachabilityFailure = {
    on: 'application',
    objectId: application.id,
    code: 'AADSTS7000229',
    message: `${application.displayName} has no service principal in this tenant. Users cannot sign in to it.`,
    fix: 'Create the service principal with POST /servicePrincipals and the appId, or consent to the app.',
    evidence: { appId: application.appId, signInAudience: application.signInAudience ?? null },
    restsOnAbsenceOf: 'servicePrincipal',
  };
  return failsOr([failure], otherwise);
}

/**
 * Users cannot sign in to a disabled service principal, nor to a deactivated application. Microsoft also disables
 * applications that violate its terms.
 * Sources: Graph, servicePrincipal: `accountEnabled`, `disabledByMicrosoftStatus`; Microsoft Learn, "Deactivate an app
 * registration" (`isDisabled`; the page names no error code).
 */
export function enabledStep({ application, servicePrincipal: principal }: ReachableApp): ReachabilityStep {
  if (!principal) return unknown('enabled', 'The app has no service principal.');
  const status = disablingStatusOf(principal) ?? disablingStatusOf(application);
  const otherwise = ok('enabled', 'The service principal is enabled.');
  if (application?.isDisabled === true) return failsOr([deactivated(application)], otherwise);
  if (principal.accountEnabled !== false && !status)
    return hasUnclearStatus({ application, servicePrincipal: principal })
      ? unknown('enabled', 'Graph does not return whether the service principal is enabled.')
      : otherwise;
  const failure: ReachabilityFailure = {
    on: 'servicePrincipal',
    objectId: principal.id,
    code: 'AADSTS7000112',
    message: status
      ? `Microsoft disabled ${principal.displayName} (${status}). Users cannot sign in to it.`
      : `The service principal of ${principal.displayName} is disabled. Users cannot sign in to it.`,
    fix: status
      ? 'Ask Microsoft support why the application was disabled, or replace it.'
      : 'Enable the service principal (Enterprise applications > Properties > Enabled for users to sign-in), or delete it if it is not in use.',
    evidence: { accountEnabled: principal.accountEnabled ?? null, disabledByMicrosoftStatus: status ?? null },
  };
  return failsOr([failure], otherwise);
}

function deactivated({ id, displayName }: NonNullable<ReachableApp['application']>): ReachabilityFailure {
  return {
    on: 'application',
    objectId: id,
    code: 'AADSTS7000112',
    message: `The application ${displayName} is deactivated. It gets no new tokens.`,
    fix: 'Ask the owner why the application is deactivated. Activate it (App registrations > Deactivated applications), or delete it if it is not in use.',
    evidence: { isDisabled: true },
  };
}

type MaybeDisabled = { readonly disabledByMicrosoftStatus?: string | null } | undefined;

/** All documented values of a disabled application begin so. Source: Graph, `disabledByMicrosoftStatus`. */
function disablingStatusOf(object: MaybeDisabled): string | undefined {
  const status = object?.disabledByMicrosoftStatus;
  return status && /^disabled/i.test(status) ? status : undefined;
}

function hasUndocumentedStatus(object: MaybeDisabled): boolean {
  return !/^notdisabled$/i.test(object?.disabledByMicrosoftStatus ?? 'NotDisabled');
}

/** Whether a value that is absent or not documented decides if a service principal is enabled. */
export function hasUnclearStatus({ application, servicePrincipal }: Halves): boolean {
  if (!servicePrincipal || servicePrincipal.accountEnabled === false) return false;
  if (disablingStatusOf(servicePrincipal) || disablingStatusOf(application)) return false;
  if (servicePrincipal.accountEnabled == null) return true;
  return hasUndocumentedStatus(servicePrincipal) || hasUndocumentedStatus(application);
}

/**
 * An app that signs users in must declare the permissions that it needs: without any, a request for all of them
 * (`.default`) requests nothing. An app that requests permissions dynamically and has a grant works without, and so does a
 * client that an API preauthorizes.
 * Source: Microsoft Learn, "AADSTS650056: Misconfigured application".
 */
export function declaredStep(
  { application, servicePrincipal: principal }: ReachableApp,
  { grants, resources }: ReachableTenant,
): ReachabilityStep {
  if (!application) return unknown('declared', 'Another tenant has the application and its declared permissions.');
  if (requirementsOf({ application }).length > 0) return ok('declared', 'The application declares permissions.');
  const otherwise = ok('declared', 'The application does not need declared permissions.');
  if (isUnclearDeclaration({ application, servicePrincipal: principal }))
    return unknown('declared', 'Graph returned an undocumented value.');
  if (!principal || !signsUsersIn(application) || signsInWithoutTokens(principal)) return otherwise;
  if (!grants)
    return unknown('declared', 'The application declares no permission. Consentinel did not read its grants.');
  const preAuthorized = resources?.isPreAuthorizedClient(application.appId);
  if (grants.anyOf(principal.id) || preAuthorized) return otherwise;
  const failure: ReachabilityFailure = {
    on: 'application',
    objectId: application.id,
    code: 'AADSTS650056',
    message: `${application.displayName} signs users in but has no declared and no granted permission.`,
    fix: 'Add the delegated permissions that the app uses (at least User.Read of Microsoft Graph), and grant consent.',
    evidence: { signInAudience: application.signInAudience ?? null },
    ...absenceOf(preAuthorized, grants.isConfirmed(principal.id)),
  };
  return failsOr([failure], otherwise);
}

/** The client is looked up first: it is known after the last application only, and grants are read then. */
function absenceOf(
  preAuthorized: boolean | undefined,
  isConfirmed: boolean,
): Pick<ReachabilityFailure, 'restsOnAbsenceOf'> {
  if (preAuthorized === undefined) return { restsOnAbsenceOf: 'preAuthorizedClient' };
  return isConfirmed ? {} : { restsOnAbsenceOf: 'grant' };
}

/** Whether a value that is not documented decides if an application must declare permissions. */
export function isUnclearDeclaration({ application, servicePrincipal }: Halves): boolean {
  if (!application || !servicePrincipal) return false;
  return (
    !hasKnownAudience(application) ||
    unclearRequirementsOf({ application }).length > 0 ||
    !isKnownSignOnMode(servicePrincipal.preferredSingleSignOnMode)
  );
}

/** The app has a redirect URI, or it is a public client, which signs users in with a device code. */
function signsUsersIn(application: NonNullable<ReachableApp['application']>): boolean {
  const { web, spa, publicClient, isFallbackPublicClient } = application;
  if (isForPersonalAccountsOnly(application)) return false;
  return isFallbackPublicClient === true || [web, spa, publicClient].some((platform) => platform?.redirectUris?.length);
}

/** SAML and password sign-on use reply URLs without permissions. Source: Graph, `preferredSingleSignOnMode`. */
function signsInWithoutTokens({ preferredSingleSignOnMode: mode }: { preferredSingleSignOnMode?: string | null }) {
  return Boolean(mode) && mode !== 'oidc' && mode !== 'notSupported';
}

/** The permissions that an application requires of one API. */
export interface Requirement {
  readonly resourceAppId: string;
  /** Ids of delegated permissions. */
  readonly scopes: readonly string[];
  /** Ids of application permissions. */
  readonly roles: readonly string[];
}

type RequiredAccess = NonNullable<ReachableApp['application']>['requiredResourceAccess'];

/**
 * The newest result of `requirementsOf`: several steps of several rules ask for it, one application after another. It
 * belongs to one list, which nothing changes after it was read.
 */
let newest: { readonly of: RequiredAccess; readonly requirements: readonly Requirement[] } | undefined;

/**
 * The permissions that an application requires, by API.
 * Source: Graph, application: `requiredResourceAccess`; an entry without a permission requires nothing.
 */
export function requirementsOf({ application }: Pick<ReachableApp, 'application'>): readonly Requirement[] {
  const of = application?.requiredResourceAccess;
  if (!of?.length) return noRequirements;
  if (newest?.of !== of) newest = { of, requirements: requirementsIn(of) };
  return newest.requirements;
}

const noRequirements: readonly Requirement[] = [];

function requirementsIn(access: NonNullable<RequiredAccess>): readonly Requirement[] {
  const requirements: Requirement[] = [];
  for (const { resourceAppId, resourceAccess } of access) {
    const scopes: string[] = [];
    const roles: string[] = [];
    for (const { id, type } of resourceAccess ?? []) {
      const kind = type?.toLowerCase();
      if (id && kind === 'scope') scopes.push(id);
      else if (id && kind === 'role') roles.push(id);
    }
    if (resourceAppId && scopes.length + roles.length > 0) requirements.push({ resourceAppId, scopes, roles });
  }
  return requirements;
}

/** The appIds, in lower case, of the APIs of which an application requires something that is not documented. */
export function unclearRequirementsOf({ application }: Pick<ReachableApp, 'application'>): string[] {
  return (application?.requiredResourceAccess ?? []).flatMap(({ resourceAppId, resourceAccess }) =>
    resourceAppId && (!resourceAccess || resourceAccess.some(({ type }) => !isDocumented(type, permissionKinds)))
      ? [resourceAppId.toLowerCase()]
      : [],
  );
}
