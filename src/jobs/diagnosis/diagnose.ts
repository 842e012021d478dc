import { absentAppStep, reachabilityDiagnosis, signingKeySteps } from '../../model/diagnosis/app-steps.js';
import { assignmentSteps } from '../../model/diagnosis/assignment-steps.js';
import type { DiagnosedApp } from '../../model/diagnosis/diagnosed-app.js';
import { type Diagnosis, type DiagnosisStep, type ReadFailure, stepsOf } from '../../model/diagnosis/diagnosis.js';
import { findingSteps, notExaminedSteps, withManualFixes } from '../../model/diagnosis/finding-steps.js';
import { grantedScopeSteps } from '../../model/diagnosis/granted-scopes.js';
import { flowOf } from '../../model/diagnosis/request-flow.js';
import { requestSteps } from '../../model/diagnosis/request-steps.js';
import { requestedResourceSteps } from '../../model/diagnosis/resource-steps.js';
import type { TokenRequest } from '../../model/diagnosis/token-request.js';
import { userSteps } from '../../model/diagnosis/user-steps.js';
import { diagnosisOf, notSignedIn } from '../../model/diagnosis/verdict.js';
import { readJwt } from '../../model/entra/jwt-claims.js';
import type { User } from '../../model/entra/user.js';
import { portalUrl } from '../../model/finding/portal-url.js';
import { reachabilityOf } from '../../model/reachability/reachability.js';
import type { DiagnoseContext, FailingSignIn } from './diagnose-context.js';
import { judgeWithRules } from './judge-rules.js';
import { type ConsentData, readAssignmentOfUser, readConsentData } from './read-consent.js';
import { type DirectoryReads, readDirectory } from './read-directory.js';
import { requestContext } from './request-context.js';

/** A diagnosis, and whether the app could be read. */
export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly appRead: boolean;
}

/**
 * Checks all root causes of AADSTS50000 for one app, and for a user and a request if they are given, and judges the app with
 * every rule. The steps of what could not be read are unknown, and name the missing permission. Without a sign-in nothing is
 * checked.
 * @throws ConsentinelError `aborted`, `config-invalid`
 */
export async function diagnose(
  context: DiagnoseContext,
  failing: FailingSignIn,
  signal?: AbortSignal,
): Promise<Diagnosed> {
  const now = context.clock.now();
  const reads = await readDirectory(context, failing, signal);
  const { request } = failing;
  if ('reason' in reads.app && reads.app.code === 'credential-missing') {
    return { diagnosis: notSignedIn(reads.app.fix, request?.failure), appRead: false };
  }
  const steps = [
    ...passwordSteps(context, reads, failing, now),
    ...(request ? requestSteps(request, requestContext(context, reads, failing, now)) : []),
    ...(await appSteps(context, reads, failing, now, signal)),
  ];
  const facts = { failure: request?.failure, isUnreadable: request?.isUnreadable };
  return { diagnosis: diagnosisOf(steps, failing.code, facts), appRead: 'found' in reads.app };
}

function passwordSteps(
  { cloud }: DiagnoseContext,
  { user, domains, organization }: DirectoryReads,
  { request }: FailingSignIn,
  now: string,
): DiagnosisStep[] {
  if (!user) return [];
  const at = request && issuedAt(request, userOf(user));
  return userSteps({ user, domains, organization, now, cloud, issuedAt: at });
}

function userOf(user: DirectoryReads['user']): User | undefined {
  return user && 'found' in user ? user.found : undefined;
}

/** When the token in the request was issued; undefined if it is a token of another user. */
function issuedAt(request: TokenRequest, user: User | undefined): number | undefined {
  const jwt = readJwt(request.value('assertion') ?? '');
  if (jwt.kind !== 'claims' || !user) return undefined;
  const { oid, iat } = jwt.claims;
  return oid === undefined || oid.toLowerCase() === user.id.toLowerCase() ? iat : undefined;
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
  const [results, assignment] = await Promise.all([
    judgeWithRules(context, app.found, data.tenant, data.refusals, signal),
    readAssignmentOfUser(context, app.found, user, signal),
  ]);
  const reachability = reachabilityOf(app.found, data.tenant);
  const flow = failing.request && flowOf(failing.request);
  const steps = [
    ...reachabilityDiagnosis(app.found, reachability, data.refusals, context.cloud),
    ...requestedResourceSteps(data.requested, data.tenant.resources, flow),
    ...(failing.request ? scopeStepsOf(failing.request, app.found, data, user) : []),
    ...(servicePrincipal && user ? assignmentStepsOf(servicePrincipal, assignment, failing.appId, context) : []),
    ...keys,
  ];
  const findings = {
    ...{ rules: context.rules, cloud: context.cloud, known: steps, hasUser: userOf(user) !== undefined },
    isGranted: reachability.steps.some(({ step, outcome }) => step === 'granted' && outcome === 'ok'),
  };
  return [
    ...withManualFixes(results.found, findings),
    ...findingSteps(results.found, findings),
    ...notExaminedSteps(results.notExamined),
  ];
}

function scopeStepsOf(
  request: TokenRequest,
  { appId, servicePrincipal }: DiagnosedApp,
  { tenant: { resources, grants }, requested }: ConsentData,
  user: DirectoryReads['user'],
): DiagnosisStep[] {
  const held = { appId, clientId: servicePrincipal?.id, resources, grants, hasUser: userOf(user) !== undefined };
  return grantedScopeSteps(request, requested, flowOf(request), held);
}

function assignmentStepsOf(
  { id, appRoleAssignmentRequired }: NonNullable<DiagnosedApp['servicePrincipal']>,
  assignment: Parameters<typeof assignmentSteps>[0]['assignment'],
  appId: string,
  { cloud }: DiagnoseContext,
): DiagnosisStep[] {
  const link = portalUrl({ on: 'servicePrincipal', objectId: id, appId, ruleId: '' }, cloud);
  return assignmentSteps({ isRequired: appRoleAssignmentRequired, assignment, link });
}

function unreadSteps(failure: ReadFailure): DiagnosisStep[] {
  return [
    stepsOf('consent').notRead('The app can get consent', failure),
    stepsOf('symmetric-key').notRead('No symmetric signing key on the app', failure),
    stepsOf('application-only-resource').notRead(
      'The app requests delegated access only from APIs that offer it',
      failure,
    ),
  ];
}
