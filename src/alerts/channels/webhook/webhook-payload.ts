import { z } from 'zod';
import type { Digest } from '../../../model/alerts/digest.js';
import type { Item } from '../../../model/alerts/item.js';
import { type SectionName, sectionNames } from '../../../model/alerts/news.js';
import type { Section } from '../../../model/alerts/section.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import { severities } from '../../../model/rule/violation.js';

const moment = z.iso.datetime().describe('ISO 8601, UTC');
const count = z.int().min(0);
const countBySeverity = z.strictObject({ low: count, medium: count, high: count, critical: count });

const findingSchema = z.strictObject({
  id: z.string().describe('Always the same for one tenant, rule, object and key'),
  ruleId: z.string(),
  problem: z.string().describe('What is wrong, as a short noun phrase; the rule id for a rule that no longer exists'),
  severity: z.enum(severities),
  on: z.enum(['application', 'servicePrincipal', 'tenant']),
  objectId: z.string(),
  appId: z.string().describe('Empty for a finding on the tenant'),
  displayName: z.string().describe('Untrusted text: escape it in every output'),
  message: z.string().describe('One or two sentences; may contain untrusted names'),
  appearedAt: z.string(),
  failing: z
    .strictObject({ count, users: count, lastAt: z.string(), atLeast: z.literal(true).exactOptional() })
    .exactOptional()
    .describe('Failed sign-ins of users to the app in 24 hours, with a code that the rule names'),
  note: z.string().optional().describe('Why the alert reports it, until when, and which sign-ins fail'),
  portalUrl: z.url(),
  pageUrl: z.url().optional(),
});

const sectionSchema = z.strictObject({
  total: count.describe('May be more than the listed findings'),
  bySeverity: countBySeverity,
  findings: z.array(findingSchema).describe('The most severe first, at most 200'),
});

/** The sections as the payload calls them. */
const payloadNames = {
  new: 'new',
  cameBack: 'cameBack',
  failed: 'failed',
  approvals: 'approvals',
  expiringApprovals: 'expiring',
  expiringSuppressions: 'lapsing',
  applied: 'applied',
  resolved: 'resolved',
} as const satisfies Readonly<Record<SectionName, string>>;

/** The JSON that `ALERT_WEBHOOK_URL` receives. `docs/schema/alert.schema.json` is generated from it. */
export const payloadSchema = z
  .strictObject({
    version: z
      .literal(1)
      .describe('Increases when a member is removed or changes its meaning; a new member does not increase it'),
    kind: z.enum(['changes', 'summary', 'test']),
    deliveryId: z.string().describe('The same for repeated deliveries of one alert: a receiver can ignore a known id'),
    tenantId: z.string(),
    scan: z.strictObject({
      id: z.string().describe('Begins with `sentinel-` for a run of the sentinel, which is no scan'),
      status: z.enum(['running', 'complete', 'incomplete', 'failed']).describe('Only `complete` can mean all clear'),
      startedAt: moment,
      finishedAt: moment.optional(),
      counts: z.strictObject({ applications: count, servicePrincipals: count }),
      heldBack: count.describe('Findings whose resolution the safety limit stopped'),
      notExamined: z.array(
        z.strictObject({ ruleId: z.string(), reason: z.string(), permission: z.string().exactOptional() }),
      ),
      errors: z.array(z.strictObject({ code: z.string(), message: z.string() })),
    }),
    from: moment,
    until: moment.describe('The alert covers the time after `from` up to `until`'),
    recovered: z.boolean(),
    sections: z.strictObject(
      Object.fromEntries(Object.values(payloadNames).map((name) => [name, sectionSchema])) as Record<
        (typeof payloadNames)[SectionName],
        typeof sectionSchema
      >,
    ),
    standing: z.strictObject({ open: countBySeverity, suppressed: count, waiting: count }),
    belowFloor: count.describe('Changes below ALERT_MIN_SEVERITY, which the alert does not list'),
    warnings: z.array(z.string()),
    pageUrl: z.url().optional(),
  })
  .meta({ title: 'An alert of Consentinel' });

export type Payload = z.infer<typeof payloadSchema>;

/** The published JSON Schema of the payload. */
export function payloadJsonSchema(): object {
  return z.toJSONSchema(payloadSchema, { target: 'draft-2020-12', reused: 'ref' });
}

/** A digest as JSON for a program. Texts are as stored: the receiver escapes them. */
export function payloadOf(digest: Digest): Payload {
  const { kind, tenantId, scan, from, until, recovered, totals, belowFloor, warnings, publicUrl } = digest;
  const sections = Object.fromEntries(
    sectionNames.map((name) => [payloadNames[name], sectionOf(digest.sections[name], publicUrl)]),
  ) as Payload['sections'];
  return {
    version: 1,
    kind,
    deliveryId: `${tenantId}/${scan.id}/${scan.status}`,
    tenantId,
    scan: {
      ...scan,
      notExamined: scan.notExamined.map((rule) => ({ ...rule })),
      errors: scan.errors.map((error) => ({ ...error })),
    },
    from,
    until,
    recovered,
    sections,
    standing: { open: totals.open, suppressed: totals.suppressed, waiting: totals.pendingPlans },
    belowFloor,
    warnings: [...warnings],
    ...(publicUrl && { pageUrl: publicUrl }),
  };
}

function sectionOf({ total, bySeverity, items }: Section, publicUrl: string | undefined): Payload['sections']['new'] {
  return { total, bySeverity, findings: items.map((item) => findingOf(item, publicUrl)) };
}

function findingOf({ failing, ...item }: Item, publicUrl: string | undefined) {
  return {
    ...item,
    ...(failing && { failing: { ...failing } }),
    ...(publicUrl && { pageUrl: findingUrl(publicUrl, item.id) }),
  };
}
