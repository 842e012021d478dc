import type { TokenRequest } from '../../model/diagnosis/token-request.js';
import type { Cloud } from '../../model/entra/clouds.js';
import type { Rule } from '../../model/rule/rule.js';
import type { RuleSettings } from '../../model/tenant/tenant.js';
import type { Clock, Directory, Inspector } from '../ports/index.js';

/** What a diagnosis reads with. It needs no storage. */
export interface DiagnoseContext extends RuleSettings {
  readonly directory: Directory;
  readonly inspector: Inspector;
  readonly clock: Pick<Clock, 'now'>;
  readonly cloud: Cloud;
  /** Every rule: a diagnosis uses also the rules that scans leave out. */
  readonly rules: readonly Rule[];
}

/** A sign-in that fails. */
export interface FailingSignIn {
  readonly appId: string;
  /** User principal name or object id. */
  readonly user?: string;
  /** As `aadstsCodeIn` returns it. */
  readonly code?: string;
  readonly request?: TokenRequest;
}
