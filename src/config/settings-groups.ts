import type { configSchema } from './schema.js';

/** The groups of docs/settings.md, in the order of the page: heading, and the members of `configSchema` in it. */
const members = {
  'Scan and tenants': ['tenants', 'scan'],
  Storage: ['storage', 'dataStorage', 'inventory'],
  'Microsoft Graph and identity': ['graph', 'reader', 'identity'],
  'Remediation and approvals': ['remediation', 'approvals'],
  Alerts: ['alerts'],
  'Review page': ['page'],
  'Audit trail': ['audit'],
  Telemetry: ['telemetry'],
} as const;

type Member = keyof (typeof configSchema)['shape'];

/** A heading of docs/settings.md and the members of `configSchema` below it. */
export interface SettingsGroup {
  readonly heading: string;
  readonly members: readonly Member[];
}

export const settingsGroups: readonly SettingsGroup[] = Object.entries(members).map(([heading, names]) => ({
  heading,
  members: names,
}));
