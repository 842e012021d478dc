import { z } from 'zod';
import { type Severity, severities } from '../model/rule/violation.js';
import { optional } from '../settings/primitives.js';

/** The channels and what they are told. */
export interface AlertConfig {
  readonly minSeverity: Severity;
  readonly weeklySummary: boolean;
  /** A Workflows webhook; whoever has the address can post. */
  readonly teamsWebhookUrl?: string;
  readonly mail?: {
    readonly from: string;
    /** May be empty where only owners are told. */
    readonly to: readonly string[];
    readonly owners: boolean;
  };
  readonly webhook?: { readonly url: string; readonly secret?: string };
}

/** What the settings need of the checks that all settings share. */
export interface Checks {
  list(text: string): string[];
  isLoopback(value: string): boolean;
}

/**
 * Hosts of "When a Teams webhook request is received", in the public cloud and in those of governments, and of API
 * Management in front of one. Source: Microsoft Learn, Workflows webhooks; Power Platform API, base addresses by cloud.
 */
const teamsHosts =
  /(^|\.)(logic\.azure\.(com|us|cn)|api\.powerplatform\.com|api\.(gov|high)\.powerplatform\.microsoft\.us|azure-api\.net)$/;
const teamsRemedy =
  'Give the address that Workflows shows for "When a Teams webhook request is received": https on *.logic.azure.com or *.api.powerplatform.com.';
const address = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/;
const secretRemedy = 'Give at least 16 characters, for example of `openssl rand -hex 32`.';

/** The alert settings as zod members. */
export function alertSettings({ list, isLoopback }: Checks) {
  const onOff = () => optional(z.enum(['on', 'off'], 'Give on or off.'));
  const web = (remedy: string) =>
    optional(z.string().refine((value) => isHttps(value) || (isLoopback(value) && value.length <= 2000), remedy));
  return {
    TEAMS_WEBHOOK_URL: optional(
      z.string().refine((value) => isLoopback(value) || (isHttps(value) && isTeamsHost(value)), teamsRemedy),
    ),
    ALERT_MAIL_FROM: optional(
      z.string().regex(address, 'Give the mail address of the mailbox that sends, for example alerts@contoso.com.'),
    ),
    ALERT_MAIL_TO: optional(
      z
        .string()
        .refine(
          (text) => list(text).length > 0 && list(text).length <= 50 && list(text).every((to) => address.test(to)),
          'Give up to 50 mail addresses, separated by commas.',
        ),
    ),
    ALERT_MAIL_OWNERS: onOff(),
    ALERT_WEBHOOK_URL: web('Give an absolute https URL.'),
    ALERT_WEBHOOK_SECRET: optional(z.string().min(16, secretRemedy).max(500, secretRemedy)),
    ALERT_MIN_SEVERITY: optional(z.enum(severities, `Give one of ${severities.join(', ')}.`)),
    ALERT_WEEKLY_SUMMARY: onOff(),
    PUBLIC_URL: optional(
      z
        .string()
        .refine(
          (value) => (isHttps(value) || isLoopback(value)) && value.length <= 300 && !/[?#\s]/.test(value),
          'Give the https address of the review page, without a query, for example https://consentinel.azurewebsites.net.',
        ),
    ),
  };
}

/** The alert settings as they were read. */
export type AlertSettings = z.infer<z.ZodObject<ReturnType<typeof alertSettings>>>;

export function alertConfigOf(s: AlertSettings, list: Checks['list']): AlertConfig {
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret, ALERT_MAIL_FROM: from } = s;
  const mail = from && { from, to: list(s.ALERT_MAIL_TO ?? ''), owners: s.ALERT_MAIL_OWNERS === 'on' };
  return {
    minSeverity: s.ALERT_MIN_SEVERITY ?? 'medium',
    weeklySummary: s.ALERT_WEEKLY_SUMMARY === 'on',
    ...(s.TEAMS_WEBHOOK_URL && { teamsWebhookUrl: s.TEAMS_WEBHOOK_URL }),
    ...(mail && { mail }),
    ...(url && { webhook: { url, ...(secret && { secret }) } }),
  };
}

/** Faults that only show when settings are seen together. */
export function alertFaults(s: AlertSettings, simulated: boolean, isLoopback: Checks['isLoopback']) {
  const faults: { setting: string; value: string; remedy: string }[] = [];
  const fault = (setting: string, value: string, remedy: string) => faults.push({ setting, value, remedy });
  const told = s.ALERT_MAIL_TO || s.ALERT_MAIL_OWNERS === 'on';
  if (told && !s.ALERT_MAIL_FROM) fault('ALERT_MAIL_FROM', '(not set)', 'Name the mailbox that sends the mail.');
  if (s.ALERT_MAIL_FROM && !told) {
    fault('ALERT_MAIL_TO', '(not set)', 'Say who gets the mail, or set ALERT_MAIL_OWNERS=on.');
  }
  if (s.ALERT_WEBHOOK_SECRET && !s.ALERT_WEBHOOK_URL) {
    fault('ALERT_WEBHOOK_URL', '(not set)', 'A secret signs what goes to the webhook: set its address too.');
  }
  for (const name of ['TEAMS_WEBHOOK_URL', 'ALERT_WEBHOOK_URL'] as const) {
    if (simulated || !isLoopback(s[name] ?? '')) continue;
    fault(name, '(a secret, not shown)', 'Only a simulated tenant may be alerted to this machine: give an https URL.');
  }
  return faults;
}

function isHttps(value: string): boolean {
  if (!URL.canParse(value) || value.length > 2000) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === 'https:' && username === '' && password === '';
}

function isTeamsHost(value: string): boolean {
  return teamsHosts.test(new URL(value).hostname);
}
