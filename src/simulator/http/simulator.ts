import type { SimulatedDirectory } from '../directory/simulated-directory.js';
import type { Fault } from '../faults/fault.js';
import type { PlantedFinding } from '../filler/filler.js';
import type { Mail } from '../mail/mail.js';
import type { Identity, IdentityName } from '../protocol/identity.js';
import type { SimulatedTenant } from '../schema/tenant.js';
import type { RequestRecord } from './request-log.js';

/** How a simulator is to behave. Where Graph's behaviour is not settled, there is a switch. */
export interface SimulatorOptions {
  tenant: SimulatedTenant;
  /** Tenants beside it, which the multi-tenant app reads where they have consented to it. */
  others?: readonly SimulatedTenant[];
  /** Any free port unless given. */
  port?: number;
  /** Loopback only: whoever reaches the simulator may do anything with it. */
  host?: '127.0.0.1';
  /** Milliseconds before each answer of Graph. */
  latency?: number;
  /** Lists with `$select=keyCredentials` return `key`, secret ones included. */
  keysInLists?: boolean;
  /** A PATCH may not echo a key that is kept with `key: null`. */
  nullKeyEchoRefused?: boolean;
  /** Milliseconds during which reads show the old state after a change. */
  replicationLag?: number;
  /** Enforce the documented throttling limits. */
  throttled?: boolean;
  /** Seconds until a token expires; a day unless given, as App Service's tokens. */
  tokenLifetime?: number;
  /** The IDENTITY_HEADER; made up unless given. A process that outlives a simulator knows the first one's for ever. */
  identityHeader?: string;
  /** Write a line to stderr for each request. */
  log?: boolean;
}

/** The environment that points the product at a simulator; the last three where there are several tenants. */
export type SimulatorSettings = Readonly<
  Record<
    'GRAPH_ENDPOINT' | 'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER' | 'READER_CLIENT_ID' | 'REMEDIATOR_CLIENT_ID',
    string
  > &
    Partial<Record<'TENANT_ID' | 'TENANT_IDS' | 'MULTI_TENANT_CLIENT_ID', string>>
>;

/** One tenant of a running simulator. */
export interface RunningTenant {
  /** What an administrator does between scans. */
  readonly directory: SimulatedDirectory;
  /** Orders a fault. Faults strike in the order in which they were ordered. */
  order(fault: Fault): void;
  /** Forgets the faults that are still to come. */
  clearFaults(): void;
  /** The mails that were handed over. */
  readonly mails: readonly Mail[];
  /** What the filler plants. */
  planted(): PlantedFinding[];
  /** How many objects there are now. */
  counts(): { applications: number; servicePrincipals: number };
  /** Application permissions, the reader's unless said otherwise; they take effect at once. */
  readonly roles: {
    grant(role: string, identity?: IdentityName): void;
    revoke(role: string, identity?: IdentityName): void;
  };
  /** An administrator lets the multi-tenant app in, with all it asks for. */
  consent(): void;
  /** An administrator removes the multi-tenant app. */
  withdrawConsent(): void;
}

/** A running simulator, which is itself the tenant that the identities live in. */
export interface Simulator extends RunningTenant {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The environment that points the product here. */
  readonly settings: SimulatorSettings;
  /** Who asks; `objectId` is what `owners` are compared with. */
  readonly identities: { readonly reader: Identity; readonly remediator: Identity };
  /** The newest requests to Graph, to the identity endpoint and to the token endpoint. */
  readonly requests: readonly RequestRecord[];
  /** One of several tenants by its id. */
  tenant(id: string): RunningTenant;
  close(): Promise<void>;
}
