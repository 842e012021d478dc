import { type AlertConfig, alertConfigOf } from './alerts/settings.js';
import { crossFaults, type Environment, faultOf, SettingsError } from './config/faults.js';
import { environmentSchema, type Settings } from './config/schema.js';
import { type Cloud, cloudOf } from './model/entra/clouds.js';
import type { FirstPartySettings } from './model/entra/first-party.js';
import { isLoopback, list } from './settings/primitives.js';
import { type TelemetryConfig, telemetryConfigOf } from './telemetry/settings.js';

export { settingNames } from './config/schema.js';
export { isLoopback, SettingsError };

/** Where tables and queues live. */
export type StorageConfig =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      readonly clientId?: string;
    }
  | { readonly kind: 'embedded' };

/** The settings, checked and frozen. */
export interface Config {
  readonly graph: {
    /** Origin of Graph, without a trailing slash. Tokens are sent there and nowhere else. */
    readonly endpoint: string;
    /** The endpoint is a simulator on this machine; tokens then come from IDENTITY_ENDPOINT on this machine only. */
    readonly simulated: boolean;
  };
  /** Where the portal and the sign-in are, and storage accounts that are given by name: it follows from the root of Graph. */
  readonly cloud: Cloud;
  readonly storage: StorageConfig;
  /** The tenant at work; beside `tenantIds` the home tenant, in which the identities live. */
  readonly tenantId?: string;
  /** The tenants that are read through the multi-tenant app; empty where one tenant is read as the reader itself. */
  readonly tenantIds: readonly string[];
  /** The app that trusts the reader; set wherever there are `tenantIds`. */
  readonly multiTenantClientId?: string;
  readonly scanSchedule: string;
  readonly readerClientId?: string;
  readonly maxResolvedPercent: number;
  readonly alerts: AlertConfig;
  /** App Service authentication checks every request before it comes here, and says who sent it. */
  readonly authenticationEnabled: boolean;
  /** Where the review page lives, for links. */
  readonly publicUrl?: string;
  /** The identity that may write; without it, and without `remediation`, the program only reads. */
  readonly remediatorClientId?: string;
  /** The signed-in credential may write; for the command line. */
  readonly remediation: boolean;
  readonly approvalTtlDays: number;
  readonly retentionDays: number;
  /** Ids of rules that are left out. */
  readonly rulesOff: readonly string[];
  readonly maxRemediationsPerRun: number;
  /** Object ids of users. */
  readonly adminConsentReviewers: readonly string[];
  /** Principals that are Microsoft's beyond those the program knows. */
  readonly firstParty: FirstPartySettings;
  /** Where telemetry goes; without it none is made. */
  readonly telemetry?: TelemetryConfig;
}

/**
 * Reads the settings; the names and defaults are the contract in `docs/settings.md`.
 * @param environment the process's environment, or a test's
 * @throws SettingsError `config-invalid` that lists every fault: setting, value (secrets masked) and remedy
 */
export function readConfig(environment: Environment): Config {
  const parsed = environmentSchema.safeParse(environment);
  const faults = parsed.success
    ? crossFaults(parsed.data)
    : parsed.error.issues.map((issue) => faultOf(issue, environment));
  if (!parsed.success || faults.length > 0) throw new SettingsError(faults);
  return freeze(configOf(parsed.data));
}

function configOf(s: Settings): Config {
  const telemetry = telemetryConfigOf(s);
  return {
    graph: { endpoint: s.GRAPH_ENDPOINT, simulated: isLoopback(s.GRAPH_ENDPOINT) },
    cloud: cloudOf(s.GRAPH_ENDPOINT),
    storage: storageOf(s),
    ...(s.TENANT_ID && { tenantId: s.TENANT_ID.toLowerCase() }),
    tenantIds: s.TENANT_IDS,
    ...(s.MULTI_TENANT_CLIENT_ID && { multiTenantClientId: s.MULTI_TENANT_CLIENT_ID.toLowerCase() }),
    scanSchedule: s.SCAN_SCHEDULE,
    ...(s.READER_CLIENT_ID && { readerClientId: s.READER_CLIENT_ID }),
    maxResolvedPercent: s.MAX_RESOLVED_PERCENT,
    alerts: alertConfigOf(s, list),
    authenticationEnabled: s.WEBSITE_AUTH_ENABLED === 'True',
    ...(s.PUBLIC_URL && { publicUrl: s.PUBLIC_URL.replace(/\/+$/, '') }),
    ...(s.REMEDIATOR_CLIENT_ID && { remediatorClientId: s.REMEDIATOR_CLIENT_ID }),
    remediation: s.REMEDIATION === 'on',
    approvalTtlDays: s.APPROVAL_TTL_DAYS,
    retentionDays: s.RETENTION_DAYS,
    rulesOff: s.RULES_OFF,
    maxRemediationsPerRun: s.MAX_REMEDIATIONS_PER_RUN,
    adminConsentReviewers: s.ADMIN_CONSENT_REVIEWERS,
    firstParty: { appIds: s.FIRST_PARTY_APP_IDS, tenantIds: s.FIRST_PARTY_TENANT_IDS },
    ...(telemetry && { telemetry }),
  };
}

function storageOf(s: Settings): StorageConfig {
  if (s.AzureWebJobsStorage) return { kind: 'connection-string', connectionString: s.AzureWebJobsStorage };
  const account = s.AzureWebJobsStorage__accountName;
  const { storageSuffix } = cloudOf(s.GRAPH_ENDPOINT);
  const tableServiceUri =
    s.AzureWebJobsStorage__tableServiceUri ?? (account && `https://${account}.table.${storageSuffix}`);
  const queueServiceUri =
    s.AzureWebJobsStorage__queueServiceUri ?? (account && `https://${account}.queue.${storageSuffix}`);
  if (!tableServiceUri || !queueServiceUri) return { kind: 'embedded' };
  const id = s.AzureWebJobsStorage__clientId ?? s.READER_CLIENT_ID;
  return { kind: 'identity', tableServiceUri, queueServiceUri, ...(id && { clientId: id }) };
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}
