import type { z } from 'zod';
import { alertFaults } from '../alerts/settings.js';
import { ConsentinelError } from '../model/errors.js';
import { isLoopback } from '../settings/primitives.js';
import type { Settings } from './schema.js';

export type Environment = Readonly<Record<string, string | undefined>>;

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

const secretSettings =
  /^(AzureWebJobsStorage|TEAMS_WEBHOOK_URL|ALERT_WEBHOOK_URL|ALERT_WEBHOOK_SECRET|IDENTITY_HEADER|APPLICATIONINSIGHTS_CONNECTION_STRING)$/;

/** Faults that only show when settings are seen together. */
export function crossFaults(s: Settings): Fault[] {
  return [
    ...alertFaults(s, isLoopback(s.GRAPH_ENDPOINT), isLoopback),
    ...simulatorFaults(s),
    ...storageFaults(s),
    ...tenantFaults(s),
  ];
}

function simulatorFaults(s: Settings): Fault[] {
  if (!isLoopback(s.GRAPH_ENDPOINT)) return [];
  if (s.IDENTITY_ENDPOINT && s.IDENTITY_HEADER && isLoopback(s.IDENTITY_ENDPOINT)) return [];
  const remedy =
    'A Graph on this machine takes tokens from this machine only, so that no real token reaches it: set IDENTITY_ENDPOINT and IDENTITY_HEADER as `consentinel simulate` prints them.';
  return [{ setting: 'IDENTITY_ENDPOINT', value: s.IDENTITY_ENDPOINT ?? '(not set)', remedy }];
}

function storageFaults(s: Settings): Fault[] {
  const uris = [s.AzureWebJobsStorage__tableServiceUri, s.AzureWebJobsStorage__queueServiceUri].filter(Boolean);
  if (uris.length !== 1 || s.AzureWebJobsStorage__accountName) return [];
  const missing = s.AzureWebJobsStorage__tableServiceUri ? 'queueServiceUri' : 'tableServiceUri';
  const remedy =
    'Set both AzureWebJobsStorage__tableServiceUri and AzureWebJobsStorage__queueServiceUri, or AzureWebJobsStorage__accountName.';
  return [{ setting: `AzureWebJobsStorage__${missing}`, value: '(not set)', remedy }];
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

/** What the schema found wrong. */
export function faultOf(issue: z.core.$ZodIssue, environment: Environment): Fault {
  const setting = String(issue.path[0]);
  const value = environment[setting];
  return { setting, value: value === undefined ? '(not set)' : masked(setting, value), remedy: issue.message };
}

function masked(setting: string, value: string): string {
  return secretSettings.test(setting) ? '(a secret, not shown)' : JSON.stringify(value);
}
