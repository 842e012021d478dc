import type { Directory } from '../ports/index.js';
import type { Activity, ScanTrace } from './telemetry.js';

/**
 * The directory, reporting to a scan's trace how long the scan waits for it. Other reads count towards their caller.
 */
export function observedDirectory(directory: Directory, trace: ScanTrace): Directory {
  return {
    ...directory,
    servicePrincipals: (select, signal, seen, expected, from) =>
      timed(directory.servicePrincipals(select, signal, seen, expected, from), trace, 'list servicePrincipals'),
    applications: (select, signal, seen, expected, from) =>
      timed(directory.applications(select, signal, seen, expected, from), trace, 'list applications'),
    grantPages: (signal, from, withIds) => alongside(directory.grantPages(signal, from, withIds), trace, 'read grants'),
    tenantPart: (part, signal, foreseen) =>
      trace.beside(`read ${part}`, () => directory.tenantPart(part, signal, foreseen)),
    signInFailures: (request, signal) =>
      trace.beside('read signInFailures', () => directory.signInFailures(request, signal)),
    freshApps: (appIds, select, signal, known) =>
      trace.during('plan remedies', () => directory.freshApps(appIds, select, signal, known)),
  };
}

/** Counts the time until the next item towards the activity, but not the time between two items. */
export async function* timed<T>(
  source: AsyncIterable<T>,
  trace: Pick<ScanTrace, 'during'>,
  activity: Activity,
): AsyncGenerator<T, void, undefined> {
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await trace.during(activity, () => items.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await items.return?.();
  }
}

/** Counts the time from the first item to the last. */
async function* alongside<T>(source: AsyncIterable<T>, trace: Pick<ScanTrace, 'beside'>, name: string) {
  let end = () => {};
  let fail = (_error: unknown) => {};
  const whole = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  trace.beside(name, () => whole).catch(() => {});
  try {
    yield* source;
  } catch (error) {
    fail(error);
    throw error;
  } finally {
    end();
  }
}
