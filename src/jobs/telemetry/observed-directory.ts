import type { Directory } from '../ports/index.js';
import type { Activity, ScanTrace } from './telemetry.js';

/** The directory, telling a scan's trace how long the scan waits for it. Whatever else it does is part of what calls it. */
export function observedDirectory(directory: Directory, trace: ScanTrace): Directory {
  return {
    ...directory,
    servicePrincipals: (select, signal) =>
      timed(directory.servicePrincipals(select, signal), trace, 'list servicePrincipals'),
    applications: (select, signal) => timed(directory.applications(select, signal), trace, 'list applications'),
    tenantPart: (part, signal) => trace.beside(`read ${part}`, () => directory.tenantPart(part, signal)),
    freshApps: (appIds, select, signal) =>
      trace.during('plan remedies', () => directory.freshApps(appIds, select, signal)),
  };
}

/** Time until the next item counts towards the activity, and time between two items does not. */
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
