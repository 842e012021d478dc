import type { SimulatedDirectory } from '../directory/simulated-directory.js';
import type { Fault } from '../faults/fault.js';
import type { PlantedFinding } from '../filler/filler.js';
import type { Mail } from '../mail/mail.js';
import type { Identity, IdentityName } from '../protocol/identity.js';
import type { JsonObject } from '../protocol/json.js';
import type { SimulatedTenant } from '../schema/tenant.js';
import type { RequestRecord } from './request-log.js';

/** The options of a simulator. Where Graph's behaviour is not verified, an option selects it. */
export interface SimulatorOptions {
  tenant: SimulatedTenant;
  /** Other tenants. The multi-tenant app reads those that have consented to it. */
  others?: readonly SimulatedTenant[];
  /** @default a free port */
  port?: number;
  /** Loopback only: every client of the simulator can control it. */
  host?: '127.0.0.1';
  /** The delay of each Graph answer in milliseconds. @default 0 */
  latency?: number;
  /** Lists with `$select=keyCredentials` return `key`, including secret keys. */
  keysInLists?: boolean;
  /**
   * A delta contains `keyCredentials`. `untracked`: changed objects contain them, but a change of them alone does not make an
   * object changed.
   */
  keysInDelta?: boolean | 'untracked';
  /** A delta contains grants whose scope has changed, and not only created and removed ones. @default true */
  grantScopesInDelta?: boolean;
  /** The properties of a changed object in a delta: all selected ones, or only those that changed. @default 'selected' */
  deltaProperties?: 'selected' | 'changed';
  /** A PATCH must not send `key: null` for a kept key. */
  nullKeyEchoRefused?: boolean;
  /** The time in milliseconds during which reads show the old state after a change. */
  replicationLag?: number;
  /** More milliseconds during which listings with a filter on key credentials show the old state. @default 0 */
  keyIndexLag?: number;
  /** Graph's time minus the time of this machine, in milliseconds: for `Date` headers and tokens. @default 0 */
  clockSkew?: number;
  /** Enforce the documented throttling limits. */
  throttled?: boolean;
  /** With `throttled`: the share of each limit that other clients use, from 0 to below 1. @default 0 */
  otherClients?: number;
  /** The lifetime of a token in seconds. @default a day, as in App Service */
  tokenLifetime?: number;
  /** The IDENTITY_HEADER. `@azure/identity` reads it once per process, so later simulators reuse it. @default random */
  identityHeader?: string;
  /** Write a line to stderr for each request. */
  log?: boolean;
}

/** The environment variables that connect the product to a simulator. The partial ones are set for several tenants. */
export type SimulatorSettings = Readonly<
  Record<
    'GRAPH_ENDPOINT' | 'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER' | 'READER_CLIENT_ID' | 'REMEDIATOR_CLIENT_ID',
    string
  > &
    Partial<Record<'TENANT_ID' | 'TENANT_IDS' | 'MULTI_TENANT_CLIENT_ID', string>>
>;

/** One tenant of a running simulator. */
export interface RunningTenant {
  /** The directory, for changes that an administrator makes between scans. */
  readonly directory: SimulatedDirectory;
  /** Injects a fault. The first injected fault that matches a request affects it. */
  order(fault: Fault): void;
  /** Removes the faults that are not used up. */
  clearFaults(): void;
  /** Adds an entry to the audit log, with `activityDateTime`. Real entries arrive minutes after their activity. */
  logAudit(entry: JsonObject): void;
  /** The emails that clients have sent. */
  readonly mails: readonly Mail[];
  /** The intended findings among the generated objects. */
  planted(): PlantedFinding[];
  /** The current numbers of objects. */
  counts(): { applications: number; servicePrincipals: number };
  /** Changes application permissions, by default the reader's. Changes take effect at once. */
  readonly roles: {
    grant(role: string, identity?: IdentityName): void;
    revoke(role: string, identity?: IdentityName): void;
  };
  /** Grants admin consent to the multi-tenant app, with all its permissions. */
  consent(): void;
  /** Removes the multi-tenant app from the tenant. */
  withdrawConsent(): void;
}

/** A running simulator. Its own members belong to the home tenant of the identities. */
export interface Simulator extends RunningTenant {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The environment variables that connect the product to this simulator. */
  readonly settings: SimulatorSettings;
  /** The managed identities. The simulator compares `owners` with `objectId`. */
  readonly identities: { readonly reader: Identity; readonly remediator: Identity };
  /** The latest requests to Graph, the identity endpoint and the token endpoint. */
  readonly requests: readonly RequestRecord[];
  /**
   * One of several tenants by its id.
   * @throws Error for an unknown id
   */
  tenant(id: string): RunningTenant;
  /** Changes `clockSkew`. Tokens that were issued before keep their lifetime. */
  setClockSkew(milliseconds: number): void;
  /** A Key Vault with the key that signs approvals. */
  readonly keyVault: SimulatedKeyVault;
  /** The identity and the audience of a token that was issued here; undefined for any other token. */
  identityOf(token: string): { readonly identity: Identity; readonly audience: string } | undefined;
  close(): Promise<void>;
}

/** The Key Vault of a running simulator. */
export interface SimulatedKeyVault {
  /** The address of the current version of the key. */
  readonly keyUrl: string;
  /** The public keys of all versions, SPKI as PEM; the newest is the last. */
  readonly publicKeys: readonly string[];
  /** Who may read the key, and who may sign with it: by default the reader. */
  readonly permissions: Readonly<Record<'get' | 'sign', Set<IdentityName>>>;
  /** Adds a new version of the key. */
  rotate(): void;
}
