import { aadstsCodes, type RootCause, rootCauses } from '../entra/aadsts.js';
import type { StepOutcome } from '../reachability/reachability.js';

/** One thing that must be so for a token to be issued. Free of secrets, whatever it was made from. */
export interface DiagnosisStep {
  readonly cause: RootCause;
  /** States what must be so. */
  readonly step: string;
  readonly outcome: StepOutcome;
  /** What was seen, in full sentences. */
  readonly detail: string;
  readonly fix?: string;
  /** What a user sees where it fails, `AADSTS` and digits. */
  readonly code?: string;
  /** It fails now, but need not have stopped the token: any other failing step explains more. */
  readonly circumstantial?: true;
  /** The blade of the Entra admin center where it is mended. */
  readonly link?: string;
}

/** The first thing to mend. */
export interface Verdict {
  readonly cause: RootCause | 'none';
  readonly code?: string;
  readonly summary: string;
  readonly fix: string;
}

/** What was looked for in the directory: the answer, or why there is none. */
export type ReadResult<T> = { readonly found: T } | ReadFailure;

/** Why nobody could look, and what to do about it. */
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

/** Makers of the steps of one root cause. */
export function stepsOf(cause: RootCause) {
  return {
    ok: (step: string, detail: string): DiagnosisStep => ({ cause, step, outcome: 'ok', detail }),
    fails: (step: string, detail: string, fix: string, more: More = {}): DiagnosisStep => ({
      ...{ cause, step, outcome: 'fails', detail, fix },
      ...more,
    }),
    /** @param fix how to find out, where there is a way */
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

/** The order in which a sign-in meets the causes: whichever comes first is what stops it. */
const order: readonly RootCause[] = ['request', 'password', 'application-only-resource', 'consent', 'symmetric-key'];

/**
 * Weighs what was seen. Only what fails can be the cause; the code that the user saw decides among failing steps and never
 * accuses by itself.
 * @param code as `aadstsCodeIn` gives it, where one was given
 */
export function diagnosisOf(seen: readonly DiagnosisStep[], code?: string): Diagnosis {
  const steps = [...seen].sort((a, b) => rootCauses.indexOf(a.cause) - rootCauses.indexOf(b.cause));
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
  const sure = step.circumstantial ? 0 : 1;
  if (!code) return sure;
  if (isTelling(code)) return (step.code === code ? 4 : 0) + (fits(step, code) ? 2 : 0) + sure;
  return (step.code === code && sure ? 4 : 0) + sure;
}

/** A code that every cause can raise tells none of them apart. */
function isTelling(code: string): boolean {
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
  const blind = unknown === 0 ? '' : ` ${unknown} of ${steps.length} steps could not be decided.`;
  const known = code ? aadstsCodes[code] : undefined;
  const said = known ? ` ${code} means: ${known.meaning}` : '';
  const otherwise =
    'Run it again with --user and --request for a sign-in that fails, and look at the sign-in log of the user for the error code.';
  return {
    cause: 'none',
    ...(code && { code }),
    summary: `Nothing found in the directory.${blind}${said}`,
    fix: known?.lookAt ?? otherwise,
  };
}
