import { canonicalJson } from '../text/canonical-json.js';
import type { GraphWrite } from './graph-write.js';

/** The values of a policy by the names of its properties: settings and ids, never a secret or a name of a person. */
export type PolicyState = Readonly<Record<string, unknown>>;

/** What an attempt of a reversible remediation has read of the policy. */
export interface AttemptState {
  /** From the last read before the request. */
  readonly before: PolicyState;
  /** From the read that verified the change. Absent where a scan saw the change first. */
  readonly after?: PolicyState;
}

/** In an undo plan: the remediation that it undoes, and the values that it exchanges. */
export interface Undoes {
  /** The id of the remediation. */
  readonly remediationId: string;
  /** What the undo sets again. */
  readonly before: PolicyState;
  /** What the remediation left behind. The undo runs only while the policy has these values. */
  readonly left: PolicyState;
}

/**
 * Whether two states of a policy are equal. Graph returns null, an empty list, or no member for a value that is not set,
 * and defines no order of lists.
 */
export function isSameState(a: unknown, b: unknown): boolean {
  return canonicalJson(comparable(a)) === canonicalJson(comparable(b));
}

/**
 * The values that a remediation left behind: those that the verification read, if they are what the request set with
 * defaults that Graph added; else those of the request. A change that another administrator made before the verification
 * is never among them.
 */
export function leftBehind({ body }: Pick<GraphWrite, 'body'>, after: PolicyState | undefined): PolicyState {
  return after !== undefined && contains(after, body) ? after : body;
}

/** Whether a value has every member of another one, and lists of the same length. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return containsAll(whole ?? [], part);
  if (typeof part !== 'object' || part === null) return (whole ?? null) === (part ?? null);
  return Object.entries(part).every(([name, value]) =>
    contains((whole as PolicyState | null | undefined)?.[name], value),
  );
}

function containsAll(whole: unknown, parts: readonly unknown[]): boolean {
  if (!Array.isArray(whole) || whole.length !== parts.length) return false;
  const left = [...whole];
  return parts.every((part) => {
    const at = left.findIndex((one) => contains(one, part));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable).sort((a, b) => compare(canonicalJson(a), canonicalJson(b)));
  if (typeof value !== 'object' || value === null) return value ?? null;
  const members = Object.entries(value).filter(([, member]) => !isUnset(member));
  return Object.fromEntries(members.map(([name, member]) => [name, comparable(member)]));
}

function isUnset(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
