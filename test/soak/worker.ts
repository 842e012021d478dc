import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { approve, reject } from '../../src/jobs/remediation/approve.js';
import { runRemediations } from '../../src/jobs/remediation/queue.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { codeOf, explain } from '../../src/model/errors.js';
import { createRuntime, environment, type Runtime, type RuntimeOptions } from '../../src/runtime.js';
import { shortened, shortenWaits } from './shorten-waits.js';

/** What the process of the product does for the soak test. */
export type Command =
  /** Sets the clock of the process: milliseconds to add to the real time. */
  | { readonly do: 'clock'; readonly offset: number }
  | { readonly do: 'scan'; readonly scanId: string }
  | { readonly do: 'approve' | 'reject'; readonly tenantId: string; readonly findingId: string }
  | { readonly do: 'suppress'; readonly tenantId: string; readonly findingId: string; readonly until: string }
  | { readonly do: 'remediate' };

/** The result of a command, or the error that it threw. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The environment variable with the prefix of the tables of one soak test. */
export const prefixVariable = 'SOAK_TABLE_PREFIX';

const author = 'soak@woodgrove.example';
/** Small pages, so that every listing has several, and short budgets. */
const options: RuntimeOptions = {
  patience: { agreeing: 2, firstMilliseconds: 5, longestMilliseconds: 5, totalMilliseconds: 20 },
  storageTimeouts: { attempt: 3000, call: 10_000 },
  graphCalls: {
    pageSize: 7,
    timeout: 3000,
    budget: 20_000,
    wait: (milliseconds, signal) => wait(shortened(milliseconds), undefined, signal && { signal }),
  },
};

/** Runs the product in this process: answers the commands of the parent process, one after the other. */
export function runWorker(): void {
  shortenWaits();
  const { now } = systemClock;
  let offset = 0;
  systemClock.now = () => new Date(Date.parse(now()) + offset).toISOString();
  let runtime: Runtime | undefined;
  const execute = async (command: Command): Promise<unknown> => {
    if (command.do === 'clock') {
      offset = command.offset;
      return undefined;
    }
    const { [prefixVariable]: tablePrefix = '' } = environment;
    runtime ??= await createRuntime(readConfig(environment), environment, { ...options, tablePrefix });
    return executeIn(runtime, command);
  };
  process.on('message', (command: Command) => {
    execute(command).then(
      (value) => process.send?.({ ok: true, value: value ?? null } satisfies Answer),
      (error: unknown) => process.send?.({ ok: false, code: codeOf(error), message: explain(error) } satisfies Answer),
    );
  });
  process.on('disconnect', () => process.exit());
}

async function executeIn(runtime: Runtime, command: Exclude<Command, { do: 'clock' }>): Promise<unknown> {
  switch (command.do) {
    case 'scan':
      return scanTenant(runtime.scanContext(), { requestedBy: 'soak', scanId: command.scanId });
    case 'approve':
      return approve(runtime.decisions(), { ...command, author, acknowledgeWarnings: true });
    case 'reject':
      return reject(runtime.decisions(), { ...command, author });
    case 'suppress':
      return suppress(runtime.decisions(), { ...command, author, reason: 'The soak test suppresses it.' });
    case 'remediate': {
      const context = await runtime.remediation();
      const { outcomes, left } = await runRemediations(context, context.limits);
      return { outcomes: outcomes.map(({ status }) => status), left };
    }
  }
}
