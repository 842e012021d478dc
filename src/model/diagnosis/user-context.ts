import type { Cloud } from '../entra/clouds.js';
import type { User } from '../entra/user.js';
import type { Domain, HybridOrganization } from '../tenant/hybrid.js';
import type { ReadResult } from './diagnosis.js';

/** What a diagnosis knows about a user and the password settings of the tenant. */
export interface UserContext {
  /** Undefined where the user does not exist. */
  readonly user: ReadResult<User | undefined>;
  readonly domains: ReadResult<readonly Domain[]>;
  readonly organization: ReadResult<HybridOrganization>;
  /** When the token in the request was issued to this user, milliseconds since 1970. */
  readonly issuedAt: number | undefined;
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly cloud: Cloud;
}
