import type { RootCause } from '../entra/aadsts.js';
import type { App } from '../entra/app.js';
import type { Cloud } from '../entra/clouds.js';
import { isSymmetricSigningKey, validityOf } from '../entra/credential.js';
import { portalUrl } from '../finding/portal-url.js';
import type { Reachability, ReachabilityFailure, ReachabilityStepName } from '../reachability/reachability.js';
import type { Subject } from '../rule/violation.js';
import { type DiagnosisStep, type ReadFailure, stepsOf } from './diagnosis.js';

/** Both the application and the service principal can have keys. */
type Holder = App<'keyCredentials', 'keyCredentials'>;

/**
 * Judges the signing keys of an app (root cause 4).
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 4.
 */
export function signingKeySteps(app: Holder, now: string, cloud: Cloud): DiagnosisStep[] {
  return (['application', 'servicePrincipal'] as const).flatMap((on) => {
    const holder = app[on];
    return holder ? keySteps(on, { ...holder, appId: app.appId }, now, cloud) : [];
  });
}

function keySteps(on: Subject, holder: NonNullable<Holder['application']>, now: string, cloud: Cloud): DiagnosisStep[] {
  const { ok, fails } = stepsOf('symmetric-key');
  const name = on === 'application' ? 'application' : 'service principal';
  const step = `No symmetric signing key on the ${name}`;
  const keys = holder.keyCredentials.filter(isSymmetricSigningKey);
  if (keys.length === 0) return [ok(step, `The ${name} has no symmetric signing key.`)];
  const fix = `Remove the key from the ${name}. If the app needs an app-specific signing key, add a signing certificate first.`;
  return keys.map((key) => {
    const expired = validityOf(key, now) === 'expired';
    const detail = `The ${name} has a symmetric signing key (${key.keyId}), ${expired ? 'expired on' : 'valid until'} ${key.endDateTime}.`;
    // It is not documented whether an expired key still breaks token signing.
    const more = { ...(expired && { circumstantial: true as const }), link: linkTo(on, holder, cloud) };
    return fails(step, detail, fix, { code: 'AADSTS50000', ...more });
  });
}

function linkTo(on: Subject, { id, appId }: { id: string; appId: string }, cloud: Cloud): string {
  return portalUrl({ on, objectId: id, appId, ruleId: '' }, cloud);
}

const titles: Readonly<Record<ReachabilityStepName, string>> = {
  servicePrincipal: 'The app has a service principal in the tenant',
  enabled: 'The service principal of the app is enabled',
  declared: 'The app declares the permissions that it needs',
  resource: 'Every API that the app requests has an enabled service principal',
  published: 'The APIs publish every permission that the app requests',
  delegated: 'The app requests delegated access only from APIs that offer it',
  granted: 'The permissions are granted, or users can consent to them',
  assigned: 'The required users, groups and clients are assigned to the app',
};

const causeOf = (step: ReachabilityStepName): RootCause =>
  step === 'delegated' ? 'application-only-resource' : 'consent';

/**
 * The steps of consent (root cause 3) and of delegated access (root cause 5), judged as the rules judge them.
 * @param readFailures why parts of the tenant could not be read: they explain the steps that are unknown
 */
export function reachabilityDiagnosis(
  { appId, application }: Holder,
  { steps }: Reachability,
  readFailures: readonly ReadFailure[],
  cloud: Cloud,
): DiagnosisStep[] {
  return steps.flatMap(({ step, outcome, detail, failures }) => {
    const { ok, unknown } = stepsOf(causeOf(step));
    if (outcome === 'fails') return failures.map((failure) => failedStep(step, failure, appId, cloud));
    if (outcome === 'ok') return [ok(titles[step], detail)];
    const [first] = application ? readFailures : [];
    return [
      unknown(titles[step], [detail, ...(first ? readFailures : []).map(({ reason }) => reason)].join(' '), first?.fix),
    ];
  });
}

/** Source: Microsoft Learn, error code 700016. */
export function absentAppStep(appId: string): DiagnosisStep {
  const detail = `The tenant has no application and no service principal with the appId ${appId}.`;
  const fix = 'Check the appId and the tenant. Consent creates the service principal of an app of another tenant.';
  return stepsOf('consent').fails('The tenant has the app', detail, fix, { code: 'AADSTS700016' });
}

function failedStep(
  step: ReachabilityStepName,
  failure: ReachabilityFailure,
  appId: string,
  cloud: Cloud,
): DiagnosisStep {
  const { on, objectId, code, message, fix, severity, restsOnAbsenceOf } = failure;
  const link = linkTo(on, { id: objectId, appId }, cloud);
  // It works for some users, or other applications may give access: any other failed step explains more.
  const isUncertain = severity === 'low' || restsOnAbsenceOf === 'preAuthorizedClient';
  const some = isUncertain && { circumstantial: true as const };
  return stepsOf(causeOf(step)).fails(titles[step], message, fix, { code, link, ...some });
}
