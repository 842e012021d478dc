import type { PendingFaults } from '../faults/pending-faults.js';
import type { Filler } from '../filler/filler.js';
import type { Identities } from '../identity/identities.js';
import type { Mail } from '../mail/mail.js';
import type { PageTokens } from '../protocol/page-tokens.js';
import type { Throttle } from '../protocol/throttle.js';
import type { SimulatedClock } from '../protocol/timestamps.js';
import type { SimulatedTenant } from '../schema/tenant.js';
import type { AuditLogs } from './audit-logs.js';
import type { SimulatedDirectory } from './simulated-directory.js';

/** The state of one simulated tenant: all that Graph's answers depend on. */
export interface TenantState {
  readonly tenant: SimulatedTenant;
  readonly directory: SimulatedDirectory;
  readonly auditLogs: AuditLogs;
  readonly filler: Filler | undefined;
  readonly identities: Identities;
  readonly faults: PendingFaults;
  readonly tokens: PageTokens;
  /** Shared by all tenants. */
  readonly clock: SimulatedClock;
  /** Undefined if the documented limits are not enforced. */
  readonly throttle: Throttle | undefined;
  readonly mails: Mail[];
  readonly keysInLists: boolean;
  readonly keysInDelta: boolean | 'untracked';
  readonly grantScopesInDelta: boolean;
  readonly deltaProperties: 'selected' | 'changed';
  readonly nullKeyEchoRefused: boolean;
}
