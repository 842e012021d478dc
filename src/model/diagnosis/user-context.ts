import type { Cloud } from '../entra/clouds.js';
import type { User } from '../entra/user.js';
import type { Domain, HybridOrganization } from '../tenant/hybrid.js';
import type { ReadResult } from './diagnosis.js';

/** What a diagnosis knows of a user and of the tenant's passwords. */
export interface UserContext {
  /** Undefined where there is no such user. */
  readonly user: ReadResult<User | undefined>;
  readonly domains: ReadResult<readonly Domain[]>;
  readonly organization: ReadResult<HybridOrganization>;
  /** When the token that the request presents was issued to this user, milliseconds since 1970. */
  readonly issuedAt: number | undefined;
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly cloud: Cloud;
}
