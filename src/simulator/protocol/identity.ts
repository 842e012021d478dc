/** The reader and remediator are managed identities; `app` is the multi-tenant app. */
export type IdentityName = 'reader' | 'remediator' | 'app';

/** The caller of Graph: a managed identity of the simulated host, or the multi-tenant app in one tenant. */
export interface Identity {
  readonly name: IdentityName;
  readonly clientId: string;
  /** The object id of its service principal. The simulator compares owners with it. */
  readonly objectId: string;
  /** Application permissions. Each request checks them, so a revocation takes effect at once. */
  readonly roles: Set<string>;
}
