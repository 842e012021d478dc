import { ConsentinelError, codeOf, explain } from '../../model/errors.js';
import { isSameChange, missingKeys } from '../../model/remediation/compare-plans.js';
import { changeDetail } from '../../model/remediation/execution.js';
import type { GraphWrite } from '../../model/remediation/graph-write.js';
import type { Attempt, Plan, Remediation } from '../../model/remediation/remediation.js';
import { quantity } from '../../model/text/format.js';
import type { Clock } from '../ports/index.js';
import { currentPause } from './pause.js';
import type { Recheck } from './recheck.js';
import { type Begun, recordApplied, recordFailed, recordUnneeded } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';
import { observe, verify } from './verify.js';

type Started = Remediation & { readonly attempt: Attempt };

/** How often one request is sent at most. */
const maxSends = 3;

/** No request is sent later than this after the claim: the attempt then ends within `attemptMilliseconds`. */
const sendMilliseconds = 90_000;

/** Whether an attempt is too old to send a request. */
export function isLate({ startedAt }: Attempt, { now }: Pick<Clock, 'now'>): boolean {
  return Date.parse(now()) - Date.parse(startedAt) >= sendMilliseconds;
}

/**
 * Sends the requests of a claimed plan. After an answer that leaves the effect unknown, it reads the object. If enough reads
 * agree that the object is unchanged, it sends the request again: a request that is repeated has the effect of one. A POST
 * is not repeated, because it could create twice.
 * @param plan from the read immediately before this call
 */
export async function sendRequests(
  context: RemediationContext,
  record: RemediationRecord,
  started: Started,
  plan: Plan,
  recheck: Recheck,
  signal: AbortSignal | undefined,
): Promise<Begun> {
  const sender = new Sender(context, record, started, plan, recheck, signal);
  return sender.send();
}

/** The answer to a request: accepted, or why not. */
type Answer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly error: unknown; readonly effect: 'none' | 'unknown' };

class Sender {
  #attempt: Attempt;
  /** Whether an earlier request may have taken effect. */
  #mayHaveChanged = false;

  constructor(
    private readonly context: RemediationContext,
    private readonly record: RemediationRecord,
    private readonly started: Started,
    private plan: Plan,
    private readonly recheck: Recheck,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#attempt = started.attempt;
  }

  async send(): Promise<Begun> {
    for (let next = 0; next < this.plan.requests.length; next += 1) {
      const begun = await this.#sendUntilKnown(next);
      if (begun) return begun;
    }
    await this.#recordSent();
    return this.#verification();
  }

  /** Sends one request. @returns undefined if Graph accepted it */
  async #sendUntilKnown(at: number): Promise<Begun | undefined> {
    for (let sends = 1; ; sends += 1) {
      const request = this.plan.requests[at];
      if (!request) return undefined;
      const answer = await this.#sendOnce(request);
      if (answer.accepted) return undefined;
      const { error, effect } = answer;
      if (effect === 'none' && !isNotFound(error)) return this.#failed(error);
      if (effect === 'unknown') {
        this.#mayHaveChanged = true;
        await this.#recordSent(error);
      }
      const isLast = sends === maxSends || request.method === 'POST' || isLate(this.#attempt, this.context.clock);
      if (isLast && effect === 'unknown') return this.#verification(explain(error));
      const next = await this.#unchangedPlan();
      if ('because' in next) return this.#gone(next.because);
      if (next.plan && !isLast && !isLate(this.#attempt, this.context.clock)) {
        this.plan = next.plan;
        continue;
      }
      return effect === 'unknown' ? this.#verification(explain(error)) : this.#failed(error);
    }
  }

  async #sendOnce(request: GraphWrite): Promise<Answer> {
    try {
      const requestId = await this.context.remediator?.send(request, this.signal);
      if (requestId) this.#attempt = { ...this.#attempt, requestIds: [...this.#attempt.requestIds, requestId] };
      this.#mayHaveChanged = true;
      return { accepted: true };
    } catch (error) {
      return { accepted: false, error, effect: mayHaveTakenEffect(error) ? 'unknown' : 'none' };
    }
  }

  /** Reads until the reads agree. The last read is the last step before a request is sent again. */
  async #unchangedPlan(): Promise<{ plan?: Plan } | { because: 'complies' | 'object-gone' }> {
    const { context, recheck, signal } = this;
    try {
      const observed = await observe(context, recheck, signal);
      if (observed.result === 'gone') return observed;
      if (observed.result === 'unknown' || (await currentPause(context))) return {};
      const now = await recheck.read(signal);
      const plan = now.violated && this.#samePlan(now);
      return plan ? { plan } : {};
    } catch {
      // Without these reads nothing is sent again. The verification reports why Graph cannot be read.
      return {};
    }
  }

  /** The plan of the latest read, if it makes the approved change and no key was added or removed since the first send. */
  #samePlan({ remedy, keyIds }: { remedy: unknown; keyIds?: readonly string[] }): Plan | false {
    const { plan } = (remedy ?? {}) as { plan?: Plan };
    const sameKeys = sorted(keyIds) === sorted(this.#attempt.keyIds);
    if (!plan || !sameKeys || !isSameChange(plan, this.plan)) return false;
    return missingKeys(this.plan.requests, plan.requests)?.length === 0 && plan;
  }

  /** Stores what was sent, so that the worker that verifies it after a crash has the request ids. */
  async #recordSent(uncertain?: unknown): Promise<void> {
    const attempt = this.#attempt;
    const { requests } = this.plan;
    const graph = attempt.requestIds.length > 0 ? ` Graph request ids: ${attempt.requestIds.join(', ')}.` : '';
    const summary = uncertain
      ? `Sent, but the answer was lost: ${explain(uncertain)}`
      : `Sent ${quantity(requests.length, 'request')}.${graph}`;
    await this.record.follow(attempt, (now) =>
      this.record.update({ ...now, attempt }, { type: 'sent', summary, detail: changeDetail(requests) }),
    );
  }

  #verification(lostAnswer?: string): Begun {
    const { context, record, signal } = this;
    const sent = { ...this.started, attempt: this.#attempt };
    return { finding: record.finding, verify: () => verify(context, record, sent, signal, lostAnswer) };
  }

  async #gone(because: 'complies' | 'object-gone'): Promise<Begun> {
    const { record, started } = this;
    if (this.#mayHaveChanged && because === 'complies')
      return { outcome: await recordApplied(record, { ...started, attempt: this.#attempt }) };
    const { attempt: _nothingChanged, ...approved } = started;
    const ended = this.#mayHaveChanged ? { ...started, attempt: this.#attempt } : approved;
    return { outcome: await recordUnneeded(record, ended, because) };
  }

  async #failed(error: unknown): Promise<Begun> {
    const { context, record, started } = this;
    const attempt: Attempt = this.#mayHaveChanged ? this.#attempt : { ...this.#attempt, rejected: true };
    await context.state.recordFailure(record.finding.tenantId, context.clock.now());
    return { outcome: await recordFailed(record, { ...started, attempt }, explain(error)) };
  }
}

/**
 * Whether a request may have changed the object. Only these errors show that Graph rejected it or never received it.
 */
function mayHaveTakenEffect(error: unknown): boolean {
  return !/^(graph-rejected|permission-missing|credential-missing|credential-rejected|config-invalid)$/.test(
    codeOf(error),
  );
}

/** Graph did not find the object: it is gone, or the answer comes from a replica that does not have it yet. */
function isNotFound(error: unknown): boolean {
  return error instanceof ConsentinelError && (error as { call?: { status?: number } }).call?.status === 404;
}

function sorted(ids: readonly string[] | undefined): string {
  return JSON.stringify([...(ids ?? [])].sort());
}
