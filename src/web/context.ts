import type { Config } from '../config.js';
import type { DiagnoseContext } from '../jobs/diagnosis/diagnose-context.js';
import type { ScanStore } from '../jobs/ports/index.js';
import type { DecisionContext } from '../jobs/remediation/approve.js';
import type { Rule } from '../model/rule/rule.js';

/** What the page works with: `Runtime.review` gives it. */
export interface WebContext extends DecisionContext {
  readonly scans: ScanStore;
  readonly rules: readonly Rule[];
  readonly config: Pick<Config, 'cloud' | 'remediation'>;
  /** What the reachability of an app is read with, afresh. */
  readonly diagnosis: DiagnoseContext;
  tenantId(): Promise<string>;
  /** Is told of errors that are defects of the program, for a log. */
  onDefect?(error: Error): void;
}

/** Whether an identity that may write is there to carry approvals out. */
export function mayWrite({ config }: Pick<WebContext, 'config'>): boolean {
  const { clientId, withSignedInCredential } = config.remediation;
  return clientId !== undefined || withSignedInCredential;
}
