import type { SimulatedDirectory } from './directory.js';
import type { Faults } from './faults.js';
import type { Filler } from './filler.js';
import type { Identities } from './identities.js';
import type { Mail } from './mail.js';
import type { PageTokens } from './page-token.js';
import type { SimulatedTenant } from './tenant.js';
import type { Throttle } from './throttle.js';

/** Everything that Graph's answers depend on. */
export interface World {
  readonly tenant: SimulatedTenant;
  readonly directory: SimulatedDirectory;
  readonly filler: Filler | undefined;
  readonly identities: Identities;
  readonly faults: Faults;
  readonly tokens: PageTokens;
  /** Undefined where the documented limits are not enforced. */
  readonly throttle: Throttle | undefined;
  readonly mails: Mail[];
  readonly keysInLists: boolean;
  readonly nullKeyEchoRefused: boolean;
}
