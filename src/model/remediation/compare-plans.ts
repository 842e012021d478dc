import { canonicalJson } from '../text/canonical-json.js';
import type { GraphWrite } from './graph-write.js';
import type { Plan } from './remediation.js';

/** Whether two plans make the same change: their guards, warnings and reversibility are equal. */
export function isSameChange(a: Plan, b: Plan): boolean {
  const changeOf = ({ guard, irreversible, warnings }: Plan) => canonicalJson([guard, irreversible, warnings]);
  return changeOf(a) === changeOf(b);
}

/**
 * Compares the requests of a new plan with the approved ones. They may differ in one way: elements of `keyCredentials`
 * may be missing in the new requests, because other remediations have removed them. The order of the elements does not
 * count, because Graph defines none. Everything else must be equal.
 * @returns the `keyId`s of the missing elements; undefined if there is any other difference
 */
export function missingKeys(
  approved: readonly GraphWrite[],
  fresh: readonly GraphWrite[],
): readonly string[] | undefined {
  if (approved.length !== fresh.length) return undefined;
  const missing: string[] = [];
  for (const [i, before] of approved.entries()) {
    const now = fresh[i];
    const keyIds = now && missingIn(before, now);
    if (!keyIds) return undefined;
    missing.push(...keyIds);
  }
  return missing;
}

function missingIn(before: GraphWrite, now: GraphWrite): readonly string[] | undefined {
  const { keyCredentials: keysBefore, ...othersBefore } = before.body;
  const { keyCredentials: keysNow, ...othersNow } = now.body;
  const others = canonicalJson([before.method, before.path, othersBefore]);
  if (others !== canonicalJson([now.method, now.path, othersNow])) return undefined;
  if (!Array.isArray(keysBefore) || !Array.isArray(keysNow))
    return canonicalJson([keysBefore]) === canonicalJson([keysNow]) ? [] : undefined;
  const left = keysNow.map(canonicalJson);
  const missing: string[] = [];
  for (const key of keysBefore) {
    const at = left.indexOf(canonicalJson(key));
    if (at >= 0) left.splice(at, 1);
    else if (typeof key?.keyId === 'string' && key.keyId !== '') missing.push(key.keyId);
    else return undefined;
  }
  return left.length === 0 ? missing : undefined;
}

/** The `keyId` of the key that a plan removes; undefined if it removes none. */
export function removedKey({ guard }: Plan): string | undefined {
  const { removed } = (guard ?? {}) as { removed?: { keyId?: unknown } };
  return typeof removed?.keyId === 'string' ? removed.keyId : undefined;
}
