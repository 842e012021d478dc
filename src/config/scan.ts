import { z } from 'zod';
import { defaultExpiry } from '../model/entra/expiry.js';
import type { Fault } from '../settings/fault.js';
import { guids, list, onOff, wholeNumber } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

const firstParty = {
  default: [],
  meaning:
    "ids of applications and of their owning tenants that count as Microsoft's own, separated by commas. The rules report no finding on their service principals",
};

export const scanSettings = z.object({
  schedule: setting('SCAN_SCHEDULE', {
    schema: z
      .string()
      .refine(
        isNcrontab,
        'Give six fields: second minute hour day month day-of-week, in UTC, for example "0 0 2 * * *".',
      ),
    default: '0 0 2 * * *',
    meaning: 'start of the nightly scan: NCRONTAB, six fields, UTC. Required in Azure',
  }),
  sentinelSchedule: setting('SENTINEL_SCHEDULE', {
    schema: z
      .string()
      .refine(
        isNcrontab,
        'Give six fields: second minute hour day month day-of-week, in UTC, for example "0 0 * * * *" for every hour.',
      ),
    defaultText: 'not set: off',
    meaning:
      'start of the sentinel, which finds symmetric signing keys between two scans: NCRONTAB, six fields, UTC. For example `0 0 * * * *` for every hour, or `0 */5 * * * *` if the scanner may read the audit log (`AuditLog.Read.All`)',
  }),
  maxResolvedPercent: setting('MAX_RESOLVED_PERCENT', {
    schema: wholeNumber(0, 100),
    default: 30,
    meaning:
      'safety limit of resolutions in percent of the open findings. A scan that would resolve more than this, and more than ten, resolves nothing and reports it',
  }),
  deadlineMinutes: setting('SCAN_DEADLINE_MINUTES', {
    schema: wholeNumber(1, 1_440),
    defaultText: '`220` in Azure Functions, else not set',
    meaning:
      'minutes after which a scan stops reading Microsoft Graph. In Azure Functions, the scan of a large tenant continues with a new message as long as it progresses. Any other scan ends `incomplete`. In Azure Functions, set it below the `functionTimeout` of `host.json`',
  }),
  deltaScans: setting('DELTA_SCANS', {
    schema: onOff,
    default: false,
    meaning:
      '`on`: a scan reads the changes since the last scan instead of all objects (delta queries), and all objects at least once a week. It needs INVENTORY_KEY. See docs/operate.md, Delta scans',
  }),
  rulesOff: setting('RULES_OFF', {
    schema: z
      .string()
      .refine(
        (text) => list(text).every((id) => /^[a-z-]+$/.test(id)),
        'Give ids of rules, separated by commas, as `consentinel rules` lists them.',
      )
      .transform(list),
    default: [],
    meaning: 'ids of rules to turn off, separated by commas. Existing findings of these rules do not change',
  }),
  retentionDays: setting('RETENTION_DAYS', {
    schema: wholeNumber(1, 3650),
    default: 400,
    meaning: 'days to keep resolved findings and scans. A complete scan deletes older ones, but never the audit trail',
  }),
  expiry: z.object({
    warningDays: setting('EXPIRY_WARNING_DAYS', {
      schema: wholeNumber(1, 365),
      default: defaultExpiry.warningDays,
      meaning:
        'days before a secret or certificate expires at which `require-renewed-credential` and `require-valid-signing-certificate` report it',
    }),
    urgentDays: setting('EXPIRY_URGENT_DAYS', {
      schema: wholeNumber(1, 365),
      default: defaultExpiry.urgentDays,
      meaning: 'days before it expires at which the severity of the finding increases; at most `EXPIRY_WARNING_DAYS`',
    }),
  }),
  firstParty: z.object({
    appIds: setting('FIRST_PARTY_APP_IDS', { schema: guids('application (client) ids'), ...firstParty }),
    tenantIds: setting('FIRST_PARTY_TENANT_IDS', { schema: guids('tenant ids'), ...firstParty }),
  }),
});

/** Faults that show only when settings are seen together. */
export function scanFaults({ expiry }: z.output<typeof scanSettings>): Fault[] {
  if (expiry.urgentDays <= expiry.warningDays) return [];
  return [
    {
      setting: 'EXPIRY_URGENT_DAYS',
      value: String(expiry.urgentDays),
      remedy: `Give at most the value of EXPIRY_WARNING_DAYS, which is ${expiry.warningDays}.`,
    },
  ];
}

/** A coarse check: the Functions host decides what is valid NCRONTAB. */
function isNcrontab(value: string): boolean {
  const fields = value.trim().split(/\s+/);
  return fields.length === 6 && fields.every((field) => /^[\d*,/\-a-z]+$/i.test(field));
}
