import { absentAppStep, reachabilityDiagnosis, signingKeySteps } from '../../model/diagnosis/app-steps.js';
import {
  type Diagnosis,
  type DiagnosisStep,
  diagnosisOf,
  type ReadFailure,
  stepsOf,
} from '../../model/diagnosis/diagnosis.js';
import { flowOf, type RequestContext } from '../../model/diagnosis/request-flow.js';
import { requestSteps } from '../../model/diagnosis/request-steps.js';
import { requestedResourceSteps } from '../../model/diagnosis/resource-steps.js';
import type { TokenRequest } from '../../model/diagnosis/token-request.js';
import { userSteps } from '../../model/diagnosis/user-steps.js';
import { readJwt } from '../../model/entra/jwt-claims.js';
import type { User } from '../../model/entra/user.js';
import { reachabilityOf } from '../../model/reachability/reachability.js';
import type { DiagnoseContext, FailingSignIn } from './diagnose-context.js';
import { type DirectoryLook, lookAround, lookAtDirectory } from './read-directory.js';

/** A diagnosis, and whether the app could be looked at. */
export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly looked: boolean;
}

/**
 * Walks all root causes of AADSTS50000 for one app, and for a user and a request if they are given. What could not be
 * read leaves its steps unknown, with the permission that is missing.
 * @throws ConsentinelError `aborted`
 */
export async function diagnose(
  context: DiagnoseContext,
  failing: FailingSignIn,
  signal?: AbortSignal,
): Promise<Diagnosed> {
  const now = context.clock.now();
  const look = await lookAtDirectory(context, failing, signal);
  const steps = [
    ...passwordSteps(context, look, failing, now),
    ...(failing.request ? requestSteps(failing.request, requestContext(context, look, failing.appId, now)) : []),
    ...(await appSteps(context, look, failing, now, signal)),
  ];
  return { diagnosis: diagnosisOf(steps, failing.code), looked: 'found' in look.app };
}

function passwordSteps(
  { cloud }: DiagnoseContext,
  { user, domains, organization }: DirectoryLook,
  { request }: FailingSignIn,
  now: string,
): DiagnosisStep[] {
  if (!user) return [];
  const found = 'found' in user ? user.found : undefined;
  return userSteps({ user, domains, organization, now, cloud, issuedAt: request && issuedAt(request, found) });
}

/** When the token that the request presents was issued, unless it speaks for somebody else. */
function issuedAt(request: TokenRequest, user: User | undefined): number | undefined {
  const jwt = readJwt(request.value('assertion') ?? '');
  if (jwt.kind !== 'claims' || !user) return undefined;
  const { oid, iat } = jwt.claims;
  return oid === undefined || oid.toLowerCase() === user.id.toLowerCase() ? iat : undefined;
}

function requestContext(
  { cloud }: DiagnoseContext,
  { app, tenant, domains }: DirectoryLook,
  appId: string,
  now: string,
): RequestContext {
  const found = 'found' in app ? app.found : undefined;
  const { application, servicePrincipal } = found ?? {};
  const names = [...(application?.identifierUris ?? []), ...(servicePrincipal?.servicePrincipalNames ?? [])];
  const secrets = [...(application?.passwordCredentials ?? []), ...(servicePrincipal?.passwordCredentials ?? [])];
  return {
    now,
    appId,
    cloud,
    tenantId: 'found' in tenant ? tenant.found.id : undefined,
    domains:
      'found' in domains
        ? domains.found.flatMap(({ id, isVerified }) => (id && isVerified ? [id.toLowerCase()] : []))
        : undefined,
    audiences: found && names,
    secrets: application && secrets,
    allowsPublicClient: application && application.isFallbackPublicClient === true,
  };
}

async function appSteps(
  context: DiagnoseContext,
  look: DirectoryLook,
  failing: FailingSignIn,
  now: string,
  signal: AbortSignal | undefined,
): Promise<DiagnosisStep[]> {
  const { app, tenant } = look;
  if ('reason' in app) return blindSteps(app);
  const { application, servicePrincipal } = app.found;
  if (!application && !servicePrincipal) return [absentAppStep(failing.appId)];
  const keys = signingKeySteps(app.found, now, context.cloud);
  if ('reason' in tenant) return [...blindSteps(tenant).slice(0, 1), ...keys];
  const around = await lookAround(context, tenant.found, app.found, look.user, failing.request, now, signal);
  const reachability = reachabilityOf(app.found, around.tenant);
  const flow = failing.request && flowOf(failing.request);
  return [
    ...reachabilityDiagnosis(app.found, reachability, around.refusals, context.cloud),
    ...requestedResourceSteps(around.requested, around.tenant.resources, flow),
    ...keys,
  ];
}

function blindSteps(failure: ReadFailure): DiagnosisStep[] {
  return [
    stepsOf('consent').notRead('The app can get consent', failure),
    stepsOf('symmetric-key').notRead('The app carries no symmetric signing key', failure),
    stepsOf('application-only-resource').notRead('Delegated access is asked only of APIs that offer it', failure),
  ];
}
