import type { Cloud } from '../../model/entra/clouds.js';
import type { PauseStatement } from '../../model/remediation/pause.js';
import type { Visitor } from '../auth/authenticator.js';

/** The data that every page of a tenant needs. */
export interface PageContext {
  readonly visitor: Visitor;
  readonly csrfToken: string;
  readonly tenantId: string;
  /** Only with several tenants: the display name or the id. Users of the tenant write the display name. */
  readonly tenantName?: string;
  /** The path prefix of this tenant's pages; empty where there is one tenant. */
  readonly rootPath: string;
  /** The reason why no plan can be approved in this tenant. */
  readonly readOnly?: string;
  readonly cloud: Cloud;
  /** Whether a remediator executes approved plans. */
  readonly canWrite: boolean;
  /** The pause that stops every write. */
  readonly paused?: PauseStatement;
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly now: string;
}
