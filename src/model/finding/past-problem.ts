import type { Failing } from '../evidence/failing.js';
import type { Finding } from './finding.js';

/** The words that lists, pages and reports put before the facts of a finding. */
export interface FactWords {
  /** Before the message; undefined where the problem exists. Its time is ISO 8601 UTC. */
  readonly introduction: string | undefined;
  /** The heading of the evidence about the app. */
  readonly affected: string;
  /** The label of the failed sign-ins. */
  readonly failing: string;
}

/** The words for a finding: the message and the evidence of a resolved one stay as they are stored, and describe the past. */
export function factWords({ status, resolvedAt }: { status: string; resolvedAt?: string | undefined }): FactWords {
  if (status !== 'resolved')
    return { introduction: undefined, affected: 'Who is affected', failing: 'Failing with this problem' };
  const introduction = resolvedAt ? `The problem existed until ${resolvedAt}:` : 'The problem no longer exists:';
  return { introduction, affected: 'Who was affected', failing: 'Failed while the problem existed' };
}

/** The failing sign-ins of a finding; none of a resolved one, because nothing fails with its problem now. */
export function currentFailing({
  status,
  failing,
}: Pick<Finding, 'failing'> & { status: string }): Failing | undefined {
  return status === 'resolved' ? undefined : failing;
}
