import { aadstsCodes, type RootCause, rootCauses } from '../entra/aadsts.js';
import type { Diagnosis, DiagnosisStep, Problem, Verdict } from './diagnosis.js';
import type { PastedFailure } from './formats/failure.js';
import { unreadable } from './request-steps.js';

/** What is known about a failure besides the steps. */
export interface FailureFacts {
  /** What the pasted answer or log says. */
  readonly failure?: PastedFailure | undefined;
  /** A text was pasted, and it has neither a request nor an answer. */
  readonly isUnreadable?: boolean | undefined;
}

/** The order in which the token service checks the causes: the first one stops the sign-in. */
export const order: readonly RootCause[] = [
  'request',
  'password',
  'application-only-resource',
  'consent',
  'symmetric-key',
];

/**
 * Chooses the root cause. A code with a single cause decides; the failed step that raises the code explains it. Without
 * such a code, the failed step that the token service checks first decides. All other failed steps are "also found".
 * @param given the code that the user saw, as `aadstsCodeIn` returns it; without it, the code of the pasted text
 */
export function diagnosisOf(
  judged: readonly DiagnosisStep[],
  given?: string,
  { failure, isUnreadable }: FailureFacts = {},
): Diagnosis {
  const code = given ?? failure?.code;
  const steps = [...judged].sort((a, b) => rootCauses.indexOf(a.cause) - rootCauses.indexOf(b.cause));
  const failing = [...steps.filter(({ outcome }) => outcome === 'fails')].sort(
    (a, b) => weight(b, code) - weight(a, code) || rank(a) - rank(b),
  );
  const first = failing.find((step) => explains(step, code));
  const others = failing.filter((step) => step !== first).map(problemOf);
  const verdict = first ? verdictOf(first, code) : undecided(steps, code, others.length > 0);
  return {
    verdict: { ...completed(verdict, { failure, isUnreadable }), ...(others.length > 0 && { alsoFound: others }) },
    steps,
    checked: true,
    ...(failure && { failure }),
  };
}

/** The diagnosis where no credential gives access to the tenant. @param fix how to sign in */
export function notSignedIn(fix: string | undefined, failure: PastedFailure | undefined): Diagnosis {
  const verdict: Verdict = {
    cause: 'none',
    summary: 'Not signed in. Consentinel checked nothing.',
    fix: fix ?? 'Sign in.',
  };
  return { verdict, steps: [], checked: false, ...(failure && { failure }) };
}

/** Whether a failed step can explain the code; without a code, the failure. */
function explains(step: DiagnosisStep, code: string | undefined): boolean {
  if (step.explains === 'never') return false;
  if (code === undefined) return step.explains === undefined;
  const causes = aadstsCodes[code]?.causes ?? [];
  if (raises(step, code)) return true;
  if (causes.length !== 1) return causes.length > 1 && step.explains === undefined;
  return step.explains === undefined && isBroad(causes[0]) && causes[0] === step.cause;
}

/** Consent and the state of a user raise related codes for one problem. Other codes name their problem exactly. */
function isBroad(cause: RootCause | 'other' | undefined): boolean {
  return cause === 'consent' || cause === 'password';
}

/** Whether a step names the code, a more general one (50013 for 500131), or a more specific one. */
function raises({ code: own, codes = [] }: DiagnosisStep, code: string): boolean {
  return [...(own ? [own] : []), ...codes].some(
    (each) =>
      each === code || (code !== general && each.startsWith(code)) || (each !== general && code.startsWith(each)),
  );
}

/** 50000 is no prefix of another code's family. */
const general = 'AADSTS50000';

function weight(step: DiagnosisStep, code: string | undefined): number {
  const direct = (step.circumstantial ? 0 : 2) + (step.explains === undefined ? 1 : 0);
  if (!code) return direct;
  const causes = aadstsCodes[code]?.causes ?? [];
  const isDecisive = causes.length === 1;
  const isExact = step.code === code || (step.codes?.includes(code) ?? false);
  if (isDecisive)
    return (isExact ? 16 : 0) + (raises(step, code) ? 8 : 0) + (causes[0] === step.cause ? 4 : 0) + direct;
  return (isExact && !step.circumstantial ? 8 : 0) + direct;
}

function rank({ cause }: DiagnosisStep): number {
  return order.indexOf(cause);
}

function problemOf({ cause, code, detail, fix, manualFix }: DiagnosisStep): Problem {
  return {
    cause,
    ...(code && { code }),
    summary: `Failed: ${detail.replace(/^The (?=[a-z])/, 'the ')}`,
    fix: fix ?? 'See the failed step below.',
    ...(manualFix && { manualFix }),
  };
}

function verdictOf(first: DiagnosisStep, code: string | undefined): Verdict {
  const { cause, code: own, ...rest } = problemOf(first);
  const shown =
    code && aadstsCodes[code]?.causes.includes(first.cause) ? code : (first.codes ?? []).find((one) => one === code);
  const named = shown ?? own;
  return { cause, ...(named && { code: named }), ...rest };
}

/** No step explains the failure. A code with a single root cause still names it. */
function undecided(steps: readonly DiagnosisStep[], code: string | undefined, hasOthers: boolean): Verdict {
  const known = code ? aadstsCodes[code] : undefined;
  const [single] = known?.causes.length === 1 ? known.causes : [];
  const unknown = steps.filter(({ outcome }) => outcome === 'unknown').length;
  const meaning = known ? ` ${code} means: ${known.meaning}` : code ? ` The meaning of ${code} is unknown.` : '';
  const undetermined = unknown === 0 ? '' : `${unknown} of ${steps.length} steps are undetermined.`;
  const isUnchecked = unknown > 0 && unknown === steps.length;
  const unexplained = isUnchecked
    ? `No check was possible: ${undetermined}`
    : `The checks found no problem in the directory. ${undetermined}`.trim();
  const summary = hasOthers ? `No failed step explains ${code ?? 'the failure'}.` : unexplained;
  const otherwise = isUnchecked
    ? 'Fix the reason of each undetermined step below, then run the diagnosis again.'
    : 'Run the diagnosis again with --user and --request of a failed sign-in. The sign-in log of the user shows the error code.';
  return {
    cause: single === undefined || single === 'other' ? 'none' : single,
    ...(code && { code }),
    summary: summary + meaning,
    fix: known?.lookAt ?? otherwise,
  };
}

/** Adds what the pasted text says. Source: claims challenges, "Handle the claims challenge". */
function completed(verdict: Verdict, { isUnreadable, failure }: FailureFacts): Verdict {
  const { summary, fix } = verdict;
  if (isUnreadable) {
    const isFound = verdict.cause !== 'none';
    return {
      ...verdict,
      summary: `${unreadable.detail} ${summary}`,
      fix: isFound ? `${fix} ${unreadable.fix}` : unreadable.fix,
    };
  }
  if (!failure?.hasClaimsChallenge) return verdict;
  const challenge =
    'Pass the claims challenge of the answer to the client. The client must ask the user to sign in again with these claims.';
  return { ...verdict, summary: `${summary} The answer has a claims challenge.`, fix: `${fix} ${challenge}` };
}
