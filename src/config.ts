import { z } from 'zod';
import { type AlertConfig, alertConfigOf, alertFaults, alertSettings } from './alerts/settings.js';
import { type Cloud, cloudOf, clouds, worldwide } from './model/clouds.js';
import { ConsentinelError } from './model/errors.js';
import type { FirstPartySettings } from './model/first-party.js';
import { type TelemetryConfig, telemetryConfigOf, telemetrySettings } from './telemetry/settings.js';

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

type Environment = Readonly<Record<string, string | undefined>>;

/** A fault of one setting. */
interface Fault {
  readonly setting: string;
  /** As given; masked where the setting is a secret. */
  readonly value: string;
  readonly remedy: string;
}

/** Every fault of the settings at once. */
export class SettingsError extends ConsentinelError {
  constructor(readonly faults: readonly Fault[]) {
    const lines = faults.map(({ setting, value, remedy }) => `  ${setting} = ${value}\n    ${remedy}`);
    const what = faults.length === 1 ? 'A setting is' : `${faults.length} settings are`;
    super('config-invalid', `${what} wrong:\n${lines.join('\n')}`);
  }
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const secretSettings =
  /^(AzureWebJobsStorage|TEAMS_WEBHOOK_URL|ALERT_WEBHOOK_URL|ALERT_WEBHOOK_SECRET|IDENTITY_HEADER|APPLICATIONINSIGHTS_CONNECTION_STRING)$/;

/** An empty app setting means the same as none. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const clientId = optional(
  z.string().regex(guid, 'Give the client id of a user-assigned identity, a GUID, or leave it out.'),
);
const uri = optional(z.url({ protocol: /^https$/, error: 'Give an absolute https URL.' }));
const whole = (least: number, most: number, fallback: number) => {
  const remedy = `Give a whole number from ${least} to ${most}.`;
  return optional(z.coerce.number(remedy).int(remedy).min(least, remedy).max(most, remedy)).transform(
    (v) => v ?? fallback,
  );
};
const guids = (what: string) =>
  optional(
    z.string().refine((text) => list(text).every((id) => guid.test(id)), `Give ${what}: GUIDs, separated by commas.`),
  ).transform((text) => [...new Set(list(text ?? '').map((id) => id.toLowerCase()))]);

const environmentSchema = z.object({
  GRAPH_ENDPOINT: optional(z.string().refine(isGraphEndpoint, graphEndpointRemedy())).transform((v) =>
    (v ?? worldwide.graph).replace(/\/+$/, ''),
  ),
  IDENTITY_ENDPOINT: optional(z.string()),
  IDENTITY_HEADER: optional(z.string()),
  AzureWebJobsStorage: optional(
    z
      .string()
      .refine(
        isConnectionString,
        'Give a storage connection string (AccountName=…;AccountKey=… or UseDevelopmentStorage=true), or use AzureWebJobsStorage__accountName with an identity.',
      ),
  ),
  AzureWebJobsStorage__accountName: optional(
    z.string().regex(/^[a-z0-9]{3,24}$/, 'Give the name of a storage account: 3 to 24 lower-case letters and digits.'),
  ),
  AzureWebJobsStorage__tableServiceUri: uri,
  AzureWebJobsStorage__queueServiceUri: uri,
  AzureWebJobsStorage__clientId: clientId,
  WEBSITE_AUTH_ENABLED: optional(z.string()),
  TENANT_ID: optional(
    z.string().regex(guid, 'Give the directory (tenant) id, a GUID, or leave it out to read it from Graph.'),
  ),
  TENANT_IDS: guids('directory (tenant) ids'),
  MULTI_TENANT_CLIENT_ID: optional(
    z.string().regex(guid, 'Give the application (client) id of the multi-tenant app, a GUID, or leave it out.'),
  ),
  SCAN_SCHEDULE: optional(
    z
      .string()
      .refine(
        isNcrontab,
        'Give six fields: second minute hour day month day-of-week, in UTC, for example "0 0 2 * * *".',
      ),
  ).transform((v) => v ?? '0 0 2 * * *'),
  READER_CLIENT_ID: clientId,
  MAX_RESOLVED_PERCENT: whole(0, 100, 30),
  REMEDIATOR_CLIENT_ID: clientId,
  REMEDIATION: optional(z.enum(['on', 'off'], 'Give on or off.')),
  APPROVAL_TTL_DAYS: whole(1, 90, 7),
  RETENTION_DAYS: whole(1, 3650, 400),
  RULES_OFF: optional(
    z
      .string()
      .refine(
        (text) => list(text).every((id) => /^[a-z-]+$/.test(id)),
        'Give ids of rules, separated by commas, as `consentinel rules` lists them.',
      ),
  ).transform((text) => list(text ?? '')),
  MAX_REMEDIATIONS_PER_RUN: whole(1, 1000, 20),
  ADMIN_CONSENT_REVIEWERS: guids('object ids of users'),
  FIRST_PARTY_APP_IDS: guids('application (client) ids'),
  FIRST_PARTY_TENANT_IDS: guids('tenant ids'),
  ...alertSettings({ list, isLoopback }),
  ...telemetrySettings(isLoopback),
});

/** Every setting there is. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);

type Settings = z.infer<typeof environmentSchema>;

/**
 * Reads the settings; the names and defaults are the contract in `docs/settings.md`.
 * @param environment the process's environment, or a test's
 * @throws SettingsError `config-invalid` that lists every fault: setting, value (secrets masked) and remedy
 */
export function readConfig(environment: Environment): Config {
  const parsed = environmentSchema.safeParse(environment);
  const faults: Fault[] = parsed.success
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

/** Faults that only show when settings are seen together. */
function crossFaults(s: Settings): Fault[] {
  const faults: Fault[] = alertFaults(s, isLoopback(s.GRAPH_ENDPOINT), isLoopback);
  if (isLoopback(s.GRAPH_ENDPOINT) && !(s.IDENTITY_ENDPOINT && s.IDENTITY_HEADER && isLoopback(s.IDENTITY_ENDPOINT))) {
    faults.push({
      setting: 'IDENTITY_ENDPOINT',
      value: s.IDENTITY_ENDPOINT ?? '(not set)',
      remedy:
        'A Graph on this machine takes tokens from this machine only, so that no real token reaches it: set IDENTITY_ENDPOINT and IDENTITY_HEADER as `consentinel simulate` prints them.',
    });
  }
  const uris = [s.AzureWebJobsStorage__tableServiceUri, s.AzureWebJobsStorage__queueServiceUri].filter(Boolean);
  if (uris.length === 1 && !s.AzureWebJobsStorage__accountName) {
    const missing = s.AzureWebJobsStorage__tableServiceUri ? 'queueServiceUri' : 'tableServiceUri';
    faults.push({
      setting: `AzureWebJobsStorage__${missing}`,
      value: '(not set)',
      remedy:
        'Set both AzureWebJobsStorage__tableServiceUri and AzureWebJobsStorage__queueServiceUri, or AzureWebJobsStorage__accountName.',
    });
  }
  return [...faults, ...tenantFaults(s)];
}

/** Several tenants are read through one app; what is written goes to the tenant of the identities, which must be known. */
function tenantFaults(s: Settings): Fault[] {
  if (s.TENANT_IDS.length === 0) {
    if (!s.MULTI_TENANT_CLIENT_ID) return [];
    const remedy = 'Say in TENANT_IDS which tenants are read through that app, or leave MULTI_TENANT_CLIENT_ID out.';
    return [{ setting: 'TENANT_IDS', value: '(not set)', remedy }];
  }
  const faults: Fault[] = [];
  if (!s.MULTI_TENANT_CLIENT_ID) {
    const remedy =
      'The tenants of TENANT_IDS are read through a multi-tenant app: set it to the client id of that app.';
    faults.push({ setting: 'MULTI_TENANT_CLIENT_ID', value: '(not set)', remedy });
  }
  if (!s.TENANT_ID && (s.REMEDIATOR_CLIENT_ID || s.REMEDIATION === 'on')) {
    const remedy =
      'Only the home tenant is ever written to: beside TENANT_IDS, set it to the tenant of the identities.';
    faults.push({ setting: 'TENANT_ID', value: '(not set)', remedy });
  }
  return faults;
}

function faultOf(issue: z.core.$ZodIssue, environment: Environment): Fault {
  const setting = String(issue.path[0]);
  const value = environment[setting];
  return { setting, value: value === undefined ? '(not set)' : masked(setting, value), remedy: issue.message };
}

function masked(setting: string, value: string): string {
  return secretSettings.test(setting) ? '(a secret, not shown)' : JSON.stringify(value);
}

function isGraphEndpoint(value: string): boolean {
  const bare = value.replace(/\/+$/, '');
  return clouds.some(({ graph }) => graph === bare) || (isLoopback(bare) && new URL(bare).pathname === '/');
}

function graphEndpointRemedy(): string {
  return `Access tokens go to this address, so it must be one of ${clouds.map(({ graph }) => graph).join(', ')}, or http://127.0.0.1:PORT of a simulator.`;
}

/** True for an http URL that cannot leave this machine. */
export function isLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && !url.username;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function isConnectionString(value: string): boolean {
  return (
    /^UseDevelopmentStorage=true;?$/i.test(value) || /(^|;)(AccountName|TableEndpoint|QueueEndpoint)=/i.test(value)
  );
}

/** A coarse check: the Functions host has the last word on NCRONTAB. */
function isNcrontab(value: string): boolean {
  const fields = value.trim().split(/\s+/);
  return fields.length === 6 && fields.every((field) => /^[\d*,/\-a-z]+$/i.test(field));
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}
