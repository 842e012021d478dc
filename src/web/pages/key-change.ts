import type { Plan } from '../../model/remediation/remediation.js';

/** An entry of `keyCredentials` as a person can recognise it; what Graph does not say is empty. */
export interface KeyLine {
  readonly keyId: string;
  readonly name: string;
  readonly type: string;
  readonly usage: string;
  readonly from: string;
  readonly until: string;
}

/** What a plan does to the keys of an object. */
export interface KeyChange {
  readonly removed: readonly KeyLine[];
  readonly kept: readonly KeyLine[];
}

/** Reads a change of keys out of a plan; undefined for a plan that is about something else. */
export function keyChangeOf(plan: Plan): KeyChange | undefined {
  const sent = plan.requests.map(({ body }) => body.keyCredentials).find(Array.isArray);
  if (!sent) return undefined;
  const { removed } = (plan.guard ?? {}) as { removed?: unknown };
  return { removed: isObject(removed) ? [lineOf(removed)] : [], kept: sent.filter(isObject).map(lineOf) };
}

type Entry = Readonly<Record<string, unknown>>;

function lineOf(entry: Entry): KeyLine {
  const text = (name: string) => (typeof entry[name] === 'string' ? entry[name] : '');
  return {
    keyId: text('keyId'),
    name: text('displayName'),
    type: text('type'),
    usage: text('usage'),
    from: text('startDateTime').slice(0, 10),
    until: text('endDateTime').slice(0, 10),
  };
}

function isObject(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
