import { z } from 'zod';
import { ConsentinelError } from './model/errors.js';

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
  readonly storage: StorageConfig;
  readonly tenantId?: string;
  readonly scanSchedule: string;
  readonly readerClientId?: string;
  readonly maxResolvedPercent: number;
}

/** Graph's own roots; source: Microsoft Graph, national cloud deployments. */
export const graphEndpoints = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** A fault of one setting. */
interface Fault {
  setting: string;
  /** As given; masked where the setting is a secret. */
  value: string;
  remedy: string;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const secretSettings = /^(AzureWebJobsStorage|TEAMS_WEBHOOK_URL|IDENTITY_HEADER)$/;

/** An empty app setting means the same as none. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const clientId = optional(
  z.string().regex(guid, 'Give the client id of a user-assigned identity, a GUID, or leave it out.'),
);
const uri = optional(z.url({ protocol: /^https$/, error: 'Give an absolute https URL.' }));
const percent = 'Give a whole number from 0 to 100.';

const environmentSchema = z.object({
  GRAPH_ENDPOINT: optional(z.string().refine(isGraphEndpoint, graphEndpointRemedy())).transform(
    (v) => v ?? graphEndpoints[0],
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
  TENANT_ID: optional(
    z.string().regex(guid, 'Give the directory (tenant) id, a GUID, or leave it out to read it from Graph.'),
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
  MAX_RESOLVED_PERCENT: optional(z.coerce.number(percent).int(percent).min(0, percent).max(100, percent)).transform(
    (v) => v ?? 30,
  ),
});

/** Every setting there is. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);

type Settings = z.infer<typeof environmentSchema>;

/**
 * Reads the settings; the names and defaults are the contract in `docs/settings.md`.
 * @param environment the process's environment, or a test's
 * @throws ConsentinelError `config-invalid` that lists every fault: setting, value (secrets masked) and remedy
 */
export function readConfig(environment: Environment): Config {
  const parsed = environmentSchema.safeParse(environment);
  const faults: Fault[] = parsed.success
    ? crossFaults(parsed.data)
    : parsed.error.issues.map((issue) => faultOf(issue, environment));
  if (!parsed.success || faults.length > 0) throw configError(faults);
  return freeze(configOf(parsed.data));
}

function configOf(s: Settings): Config {
  return {
    graph: { endpoint: s.GRAPH_ENDPOINT.replace(/\/+$/, ''), simulated: isLoopback(s.GRAPH_ENDPOINT) },
    storage: storageOf(s),
    ...(s.TENANT_ID && { tenantId: s.TENANT_ID.toLowerCase() }),
    scanSchedule: s.SCAN_SCHEDULE,
    ...(s.READER_CLIENT_ID && { readerClientId: s.READER_CLIENT_ID }),
    maxResolvedPercent: s.MAX_RESOLVED_PERCENT,
  };
}

function storageOf(s: Settings): StorageConfig {
  if (s.AzureWebJobsStorage) return { kind: 'connection-string', connectionString: s.AzureWebJobsStorage };
  const account = s.AzureWebJobsStorage__accountName;
  const tableServiceUri =
    s.AzureWebJobsStorage__tableServiceUri ?? (account && `https://${account}.table.core.windows.net`);
  const queueServiceUri =
    s.AzureWebJobsStorage__queueServiceUri ?? (account && `https://${account}.queue.core.windows.net`);
  if (!tableServiceUri || !queueServiceUri) return { kind: 'embedded' };
  const id = s.AzureWebJobsStorage__clientId ?? s.READER_CLIENT_ID;
  return { kind: 'identity', tableServiceUri, queueServiceUri, ...(id && { clientId: id }) };
}

/** Faults that only show when settings are seen together. */
function crossFaults(s: Settings): Fault[] {
  const faults: Fault[] = [];
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

function configError(faults: readonly Fault[]): ConsentinelError {
  const lines = faults.map((f) => `  ${f.setting} = ${f.value}\n    ${f.remedy}`);
  return new ConsentinelError(
    'config-invalid',
    `${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} wrong:\n${lines.join('\n')}`,
  );
}

function isGraphEndpoint(value: string): boolean {
  const bare = value.replace(/\/+$/, '');
  return (graphEndpoints as readonly string[]).includes(bare) || (isLoopback(bare) && new URL(bare).pathname === '/');
}

function graphEndpointRemedy(): string {
  return `Access tokens go to this address, so it must be one of ${graphEndpoints.join(', ')}, or http://127.0.0.1:PORT of a simulator.`;
}

/** True for an http URL that cannot leave this machine. */
export function isLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && !url.username;
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
