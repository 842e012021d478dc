import { ConsentinelError } from '../model/errors.js';
import { permissionsOf } from '../model/permissions.js';
import { checkRoles } from '../model/role-check.js';
import type { Rule } from '../model/rule.js';
import type { Directory, Outbox, Remediator, ScanStore } from './ports.js';

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'fails' | 'unknown';
  readonly detail: string;
  readonly fix?: string;
}

/** What is looked at. */
export interface DoctorContext {
  readonly directory: Directory;
  readonly remediator: Remediator | undefined;
  readonly scans: ScanStore;
  readonly rules: readonly Rule[];
  readonly channels: readonly string[];
  /** Mail is among the channels, and needs a permission of its own. */
  readonly sendsMail: boolean;
  readonly outbox: Pick<Outbox, 'ping'>;
  readonly tenantId: () => Promise<string>;
  /** How far this machine's clock is from Graph's, in milliseconds. */
  readonly clockSkew: () => Promise<number>;
  readonly version: string;
}

/** Tokens are refused from five minutes on. Source: Microsoft identity platform, clock skew of token validation. */
const mostSkew = 120_000;

/**
 * Looks at everything an installation needs and says what to do about what is wrong. It changes nothing.
 * @returns every check, in the order in which they should be mended
 */
export async function examineInstallation(context: DoctorContext): Promise<Check[]> {
  const checks: [string, () => Promise<Check[]>][] = [
    ['storage', () => storage(context)],
    ['reader', () => reader(context)],
    ['remediator', () => remediator(context)],
    ['clock', () => clock(context)],
    ['alerts', async () => [alerts(context)]],
    ['scans', () => scans(context)],
  ];
  const findings: Check[] = [{ check: 'version', outcome: 'ok', detail: `Consentinel ${context.version}` }];
  for (const [check, look] of checks)
    findings.push(...(await look().catch((error: unknown) => [failure(check, error)])));
  return findings;
}

function failure(check: string, error: unknown): Check {
  if (!(error instanceof ConsentinelError)) throw error;
  return { check, outcome: 'fails', detail: error.message, ...(error.remedy && { fix: error.remedy }) };
}

async function storage({ outbox, tenantId }: DoctorContext): Promise<Check[]> {
  await outbox.ping();
  return [{ check: 'storage', outcome: 'ok', detail: `Tables and queues answer; the tenant is ${await tenantId()}.` }];
}

/** What every rule needs, what remedies must know, and mail. */
export function readerPermissions(rules: readonly Rule[], sendsMail: boolean): string[] {
  const needed = rules.flatMap((rule) => permissionsOf(rule));
  return [...new Set([...needed, ...(sendsMail ? ['Mail.Send'] : [])])].sort();
}

/** What the remedies of the rules send, and nothing else. */
export function remediatorPermissions(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap(({ remedy }) => (remedy ? [remedy.permission] : [])))].sort();
}

async function reader({ directory, rules, sendsMail }: DoctorContext): Promise<Check[]> {
  const roles = await directory.roles();
  return rolesOf('reader', roles, readerPermissions(rules, sendsMail), rules);
}

async function remediator({ remediator: identity, rules }: DoctorContext): Promise<Check[]> {
  if (!identity) {
    return [{ check: 'remediator', outcome: 'ok', detail: 'Not configured: this installation only reads.' }];
  }
  return rolesOf('remediator', await identity.roles(), remediatorPermissions(rules), rules);
}

function rolesOf(
  check: string,
  roles: readonly string[] | undefined,
  needed: readonly string[],
  rules: readonly Rule[],
): Check[] {
  if (!roles) {
    const detail = 'Its token names no application permissions: a person is signed in, whose directory roles decide.';
    return [{ check, outcome: 'unknown', detail }];
  }
  const { granted, missing, excessive } = checkRoles(roles, needed);
  return [
    ...granted.map((role): Check => ({ check, outcome: 'ok', detail: `${role} is granted.` })),
    ...missing.map(
      (role): Check => ({
        check,
        outcome: 'fails',
        detail: `${role} is missing${withoutIt(role, rules)}.`,
        fix: `Grant ${role} to the ${check} identity, with admin consent (docs/permissions.md).`,
      }),
    ),
    ...excessive.map(
      (role): Check => ({
        check,
        outcome: 'warning',
        detail: `${role} is more than is needed.`,
        fix: `Take ${role} from the ${check} identity: whoever takes it over has it too.`,
      }),
    ),
  ];
}

function withoutIt(role: string, rules: readonly Rule[]): string {
  const blind = rules.filter((rule) => permissionsOf(rule).includes(role)).map(({ id }) => id);
  return blind.length > 0 ? `; not examined without it: ${blind.join(', ')}` : '';
}

async function clock({ clockSkew }: DoctorContext): Promise<Check[]> {
  const skew = await clockSkew();
  const detail = `This clock is ${Math.round(Math.abs(skew) / 1000)} s from Graph's.`;
  if (Math.abs(skew) <= mostSkew) return [{ check: 'clock', outcome: 'ok', detail }];
  return [
    { check: 'clock', outcome: 'fails', detail, fix: 'Set the clock: tokens of the future or the past are refused.' },
  ];
}

function alerts({ channels }: DoctorContext): Check {
  if (channels.length > 0) {
    return {
      check: 'alerts',
      outcome: 'ok',
      detail: `Configured: ${channels.join(', ')}; \`consentinel test-alert\` tries them.`,
    };
  }
  return {
    check: 'alerts',
    outcome: 'warning',
    detail: 'No channel is configured: nobody is told what a scan finds.',
    fix: 'Set TEAMS_WEBHOOK_URL, ALERT_MAIL_FROM and ALERT_MAIL_TO, or ALERT_WEBHOOK_URL (docs/alerts.md).',
  };
}

async function scans({ scans: store, tenantId }: DoctorContext): Promise<Check[]> {
  for await (const scan of store.scans(await tenantId())) {
    if (scan.status === 'running') continue;
    const detail = `The last scan, of ${scan.startedAt}, is ${scan.status}.`;
    if (scan.status === 'complete') return [{ check: 'scans', outcome: 'ok', detail }];
    const because = scan.errors[0]?.message;
    return [{ check: 'scans', outcome: 'warning', detail, ...(because && { fix: because }) }];
  }
  return [{ check: 'scans', outcome: 'warning', detail: 'There was no scan yet.', fix: 'Run `consentinel scan`.' }];
}
