import type { Cloud } from '../../model/entra/clouds.js';
import type { Visitor } from '../auth/authenticator.js';

/** What every page knows of the place it is shown in. */
export interface Frame {
  readonly visitor: Visitor;
  /** Proves that a form was made for this browser. */
  readonly csrfToken: string;
  readonly tenantId: string;
  /** Where there are several tenants: the name of this one, written by strangers, or its id. */
  readonly tenantName?: string;
  /** Where the pages of this tenant begin; empty where there is one tenant. */
  readonly root: string;
  /** Why nothing can ever be approved here. */
  readonly readOnly?: string;
  readonly cloud: Cloud;
  /** Whether an identity that may write carries approvals out. */
  readonly writes: boolean;
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly now: string;
}
