import type { Plan } from '../../model/remediation/remediation.js';

/** The members of a `keyCredentials` entry that identify it for a reader; empty where Graph returns none. */
export interface KeyLine {
  readonly keyId: string;
  readonly name: string;
  readonly type: string;
  readonly usage: string;
  readonly from: string;
  readonly until: string;
}

/** The change of an object's keys by a plan. */
export interface KeyChange {
  readonly removed: readonly KeyLine[];
  readonly kept: readonly KeyLine[];
}

/** The change of keys in a plan; undefined for a plan that changes no keys. */
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
