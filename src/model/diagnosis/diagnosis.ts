import { aadstsCodes, type RootCause, rootCauses } from '../entra/aadsts.js';
import type { StepOutcome } from '../reachability/reachability.js';

/** One condition for a token to be issued. It never contains a secret. */
export interface DiagnosisStep {
  readonly cause: RootCause;
  /** States the condition. */
  readonly step: string;
  readonly outcome: StepOutcome;
  /** What was found, in full sentences. */
  readonly detail: string;
  readonly fix?: string;
  /** The code that a user sees if the step fails, `AADSTS` and digits. */
  readonly code?: string;
  /** The step fails now, but this may not have stopped the token: any other failed step explains more. */
  readonly circumstantial?: true;
  /** The blade of the Entra admin center where it can be fixed. */
  readonly link?: string;
}

/** The first problem to fix. */
export interface Verdict {
  readonly cause: RootCause | 'none';
  readonly code?: string;
  readonly summary: string;
  readonly fix: string;
}

/** The result of a read of the directory, or why it failed. */
export type ReadResult<T> = { readonly found: T } | ReadFailure;

/** Why a read failed, and what to do. */
export interface ReadFailure {
  readonly reason: string;
  readonly fix?: string | undefined;
}

/** The verdict, and every step in the order of the causes. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly steps: readonly DiagnosisStep[];
}

type More = Pick<DiagnosisStep, 'code' | 'circumstantial' | 'link'>;

/** Functions that create the steps of one root cause. */
export function stepsOf(cause: RootCause) {
  return {
    ok: (step: string, detail: string): DiagnosisStep => ({ cause, step, outcome: 'ok', detail }),
    fails: (step: string, detail: string, fix: string, more: More = {}): DiagnosisStep => ({
      ...{ cause, step, outcome: 'fails', detail, fix },
      ...more,
    }),
    /** @param fix how to find out, where it is possible */
    unknown: (step: string, detail: string, fix?: string): DiagnosisStep => ({
      ...{ cause, step, outcome: 'unknown', detail },
      ...(fix !== undefined && { fix }),
    }),
    notRead: (step: string, { reason: detail, fix }: ReadFailure): DiagnosisStep => ({
      ...{ cause, step, outcome: 'unknown', detail },
      ...(fix !== undefined && { fix }),
    }),
  };
}

/** The order in which the token service checks the causes: the first one stops the sign-in. */
const order: readonly RootCause[] = ['request', 'password', 'application-only-resource', 'consent', 'symmetric-key'];

/**
 * Chooses the root cause among the steps. Only a failed step can be the cause. The code that the user saw selects among
 * failed steps; a code alone is no cause.
 * @param code as `aadstsCodeIn` returns it
 */
export function diagnosisOf(judged: readonly DiagnosisStep[], code?: string): Diagnosis {
  const steps = [...judged].sort((a, b) => rootCauses.indexOf(a.cause) - rootCauses.indexOf(b.cause));
  const failing = steps.filter(({ outcome }) => outcome === 'fails');
  const [first, ...others] = [...failing].sort((a, b) => weight(b, code) - weight(a, code) || rank(a) - rank(b));
  if (!first) return { verdict: nothingFound(steps, code), steps };
  const shown = code && fits(first, code) ? code : first.code;
  const more = new Set(others.map(({ cause }) => cause).filter((cause) => cause !== first.cause)).size;
  const also = more > 0 ? ' The steps below show other faults as well.' : '';
  const verdict: Verdict = {
    cause: first.cause,
    ...(shown && { code: shown }),
    summary: `Not so: ${first.step}. ${first.detail}${also}`,
    fix: first.fix ?? 'See the step below.',
  };
  return { verdict, steps };
}

function weight(step: DiagnosisStep, code: string | undefined): number {
  const direct = step.circumstantial ? 0 : 1;
  if (!code) return direct;
  if (identifiesCause(code)) return (step.code === code ? 4 : 0) + (fits(step, code) ? 2 : 0) + direct;
  return (step.code === code && direct ? 4 : 0) + direct;
}

/** Whether only one root cause raises the code. */
function identifiesCause(code: string): boolean {
  return (aadstsCodes[code]?.causes.length ?? 0) === 1;
}

function fits({ cause, code: own }: DiagnosisStep, code: string): boolean {
  return own === code || (aadstsCodes[code]?.causes.includes(cause) ?? false);
}

function rank({ cause }: DiagnosisStep): number {
  return order.indexOf(cause);
}

function nothingFound(steps: readonly DiagnosisStep[], code: string | undefined): Verdict {
  const unknown = steps.filter(({ outcome }) => outcome === 'unknown').length;
  const undecided = unknown === 0 ? '' : ` ${unknown} of ${steps.length} steps could not be decided.`;
  const known = code ? aadstsCodes[code] : undefined;
  const meaning = known ? ` ${code} means: ${known.meaning}` : '';
  const otherwise =
    'Run it again with --user and --request for a sign-in that fails, and look at the sign-in log of the user for the error code.';
  return {
    cause: 'none',
    ...(code && { code }),
    summary: `Nothing found in the directory.${undecided}${meaning}`,
    fix: known?.lookAt ?? otherwise,
  };
}
