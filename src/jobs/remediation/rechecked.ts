import type { Remedy } from '../../model/remediation/remediation.js';
import type { PolicyState } from '../../model/remediation/undo-state.js';

/** The state of a violation now. */
export type Rechecked = (
  | { readonly violated: true; readonly remedy: Remedy | undefined }
  | { readonly violated: false; readonly because: 'complies' | 'object-gone' }
) & {
  /** The ids of the key credentials of the object; undefined if they were not read. */
  readonly keyIds?: readonly string[];
  /** The values of the policy that the remedy changes, for an undo; undefined for other remedies. */
  readonly state?: PolicyState;
};
