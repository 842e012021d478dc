import type { Config, ShownSetting } from '../../config.js';
import type { DiagnoseContext } from '../../jobs/diagnosis/diagnose-context.js';
import type { Check } from '../../jobs/doctor/check.js';
import type { ScanStore } from '../../jobs/ports/index.js';
import type { DecisionContext } from '../../jobs/remediation/approve.js';
import type { PauseDecisionContext } from '../../jobs/remediation/pause.js';
import type { ScanStart } from '../../jobs/scan/request-scan-now.js';
import type { Rule } from '../../model/rule/rule.js';

/** The dependencies of the page of one tenant; a `Runtime` is one. */
export interface WebContext extends DecisionContext {
  readonly pause: PauseDecisionContext;
  readonly scans: ScanStore;
  readonly rules: readonly Rule[];
  readonly config: Pick<Config, 'cloud' | 'remediation'>;
  /** Reads the directory for the reachability page. */
  readonly diagnosis: DiagnoseContext;
  tenantId(): Promise<string>;
  /** Checks the installation as far as this process can: settings, storage, identities, alerts. */
  examine(): Promise<readonly Check[]>;
  /** The settings of this process. */
  readonly settings: readonly ShownSetting[];
  /** Runs a requested scan in this process, on a laptop. @default the scanner runs it */
  readonly startScan?: (request: ScanStart) => void;
  /** Logs an error that is a defect of the program. */
  onDefect?(error: Error): void;
}

/** Whether the installation has an identity that executes approved plans. */
export function mayWrite({ config }: Pick<WebContext, 'config'>): boolean {
  const { clientId, withSignedInCredential } = config.remediation;
  return clientId !== undefined || withSignedInCredential;
}
