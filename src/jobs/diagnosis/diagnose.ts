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
import { type DirectoryReads, readConsentData, readDirectory } from './read-directory.js';

/** A diagnosis, and whether the app could be read. */
export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly appRead: boolean;
}

/**
 * Checks all root causes of AADSTS50000 for one app, and for a user and a request if they are given. The steps of what
 * could not be read are unknown, and name the missing permission.
 * @throws ConsentinelError `aborted`, `config-invalid`
 */
export async function diagnose(
  context: DiagnoseContext,
  failing: FailingSignIn,
  signal?: AbortSignal,
): Promise<Diagnosed> {
  const now = context.clock.now();
  const reads = await readDirectory(context, failing, signal);
  const steps = [
    ...passwordSteps(context, reads, failing, now),
    ...(failing.request ? requestSteps(failing.request, requestContext(context, reads, failing.appId, now)) : []),
    ...(await appSteps(context, reads, failing, now, signal)),
  ];
  return { diagnosis: diagnosisOf(steps, failing.code), appRead: 'found' in reads.app };
}

function passwordSteps(
  { cloud }: DiagnoseContext,
  { user, domains, organization }: DirectoryReads,
  { request }: FailingSignIn,
  now: string,
): DiagnosisStep[] {
  if (!user) return [];
  const found = 'found' in user ? user.found : undefined;
  return userSteps({ user, domains, organization, now, cloud, issuedAt: request && issuedAt(request, found) });
}

/** When the token in the request was issued; undefined if it is a token of another user. */
function issuedAt(request: TokenRequest, user: User | undefined): number | undefined {
  const jwt = readJwt(request.value('assertion') ?? '');
  if (jwt.kind !== 'claims' || !user) return undefined;
  const { oid, iat } = jwt.claims;
  return oid === undefined || oid.toLowerCase() === user.id.toLowerCase() ? iat : undefined;
}

function requestContext(
  { cloud }: DiagnoseContext,
  { app, tenant, domains }: DirectoryReads,
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
  { app, tenant, user }: DirectoryReads,
  failing: FailingSignIn,
  now: string,
  signal: AbortSignal | undefined,
): Promise<DiagnosisStep[]> {
  if ('reason' in app) return unreadSteps(app);
  const { application, servicePrincipal } = app.found;
  if (!application && !servicePrincipal) return [absentAppStep(failing.appId)];
  const keys = signingKeySteps(app.found, now, context.cloud);
  if ('reason' in tenant) return [...unreadSteps(tenant).slice(0, 1), ...keys];
  const data = await readConsentData(context, tenant.found, app.found, user, failing.request, now, signal);
  const reachability = reachabilityOf(app.found, data.tenant);
  const flow = failing.request && flowOf(failing.request);
  return [
    ...reachabilityDiagnosis(app.found, reachability, data.refusals, context.cloud),
    ...requestedResourceSteps(data.requested, data.tenant.resources, flow),
    ...keys,
  ];
}

function unreadSteps(failure: ReadFailure): DiagnosisStep[] {
  return [
    stepsOf('consent').notRead('The app can get consent', failure),
    stepsOf('symmetric-key').notRead('The app carries no symmetric signing key', failure),
    stepsOf('application-only-resource').notRead('Delegated access is asked only of APIs that offer it', failure),
  ];
}
