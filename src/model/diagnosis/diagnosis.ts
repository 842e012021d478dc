import type { RootCause } from '../entra/aadsts.js';
import type { ErrorCode } from '../errors.js';
import type { StepOutcome } from '../reachability/reachability.js';
import type { ManualFix } from '../remediation/manual-fix.js';
import type { PastedFailure } from './formats/failure.js';

/** One condition for a token to be issued. It never contains a secret. */
export interface DiagnosisStep {
  readonly cause: RootCause;
  /** States the condition. */
  readonly step: string;
  /** What is wrong if the condition is not met, as a short noun phrase; from a rule. */
  readonly problem?: string;
  readonly outcome: StepOutcome;
  /** What was found, in full sentences. */
  readonly detail: string;
  readonly fix?: string;
  /** The code that a user sees if the step fails, `AADSTS` and digits. */
  readonly code?: string;
  /** The step fails now, but this may not have stopped the token: any other failed step explains more. */
  readonly circumstantial?: true;
  /** Other codes that the problem can cause. */
  readonly codes?: readonly string[];
  /**
   * `with-code`: the problem explains a failure only if the user saw one of its codes. `never`: it stops no token, for
   * example a policy that prevents new problems.
   */
  readonly explains?: 'with-code' | 'never';
  /** The fix in three forms, where a rule knows it. */
  readonly manualFix?: ManualFix;
  /** The blade of the Entra admin center where it can be fixed. */
  readonly link?: string;
}

/** A problem, its code, and what to do. */
export interface Problem {
  readonly cause: RootCause;
  readonly code?: string;
  readonly summary: string;
  readonly fix: string;
  /** The fix in three forms, where a rule knows it. */
  readonly manualFix?: ManualFix;
}

/** The first problem to fix. */
export interface Verdict extends Omit<Problem, 'cause'> {
  readonly cause: RootCause | 'none';
  /** The other problems, the most likely one first; omitted where there are none. */
  readonly alsoFound?: readonly Problem[];
}

/** The result of a read of the directory, or why it failed. */
export type ReadResult<T> = { readonly found: T } | ReadFailure;

/** Why a read failed, and what to do. */
export interface ReadFailure {
  readonly reason: string;
  readonly code?: ErrorCode;
  readonly fix?: string | undefined;
}

/** The verdict, and every step in the order of the causes. */
export interface Diagnosis {
  readonly verdict: Verdict;
  /** False where nothing was checked, because there is no sign-in to the tenant. */
  readonly checked: boolean;
  /** What the pasted answer or log says. */
  readonly failure?: PastedFailure;
  readonly steps: readonly DiagnosisStep[];
}

type More = Pick<DiagnosisStep, 'problem' | 'code' | 'codes' | 'circumstantial' | 'explains' | 'link' | 'manualFix'>;

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
