import { ConsentinelError, codeOf } from '../../model/errors.js';
import { decisionResult } from '../../model/finding/decision-result.js';
import { findingIdSource } from '../../model/finding/finding.js';
import { apiRejection } from '../auth/api-request.js';
import { endSuppressionField } from '../pages/field-names.js';
import { type DecisionName, decide } from './decisions.js';
import type { RouteContext, Web } from './route-context.js';

/** A decision has a comment or a reason of 500 characters at most. */
const maxBodyCharacters = 16_384;

const statuses = {
  'finding-unknown': 404,
  'decision-conflict': 409,
  'decision-refused': 422,
  'usage-invalid': 400,
  'signing-unavailable': 503,
} as const;

/** The decisions of the command line: the same checks as the forms, with a bearer token instead of a cookie. */
export function apiRoutes(app: Web, context: RouteContext): void {
  app.post(`/api/findings/:id{${findingIdSource}}/:decision{approve|reject|suppress|unsuppress|undo}`, async (c) => {
    const { visitor, tenantId } = c.get('pageContext');
    const rejection = apiRejection(c.req.raw, context.authenticator, c.get('session'));
    if (rejection) return c.json({ error: { code: 'decision-refused', message: rejection.message } }, rejection.status);
    try {
      const body = bodyOf(await c.req.text());
      const stored = await context.findings.finding(tenantId, c.req.param('id'));
      if (!stored) throw new ConsentinelError('finding-unknown', `There is no finding ${c.req.param('id')}.`);
      const name = c.req.param('decision') as DecisionName;
      checkSeen(body, stored.etag, stored.value.remediation?.planHash);
      checkAcknowledged(name, body, stored.value.remediation?.plan.warnings ?? []);
      const finding = await decide(context, name, stored, visitor, (field) => text(body[field]));
      context.findingCache.update(finding);
      return c.json(decisionResult(finding, visitor.author));
    } catch (error) {
      const status = statuses[codeOf(error) as keyof typeof statuses];
      if (!(error instanceof ConsentinelError) || !status) throw error;
      const { code, message, remedy } = error;
      return c.json({ error: { code, message, ...(remedy && { remedy }) } }, status);
    }
  });
}

type Body = Readonly<Record<string, unknown>>;

function bodyOf(json: string): Body {
  const invalid = new ConsentinelError('usage-invalid', 'The body is not a JSON object of a decision.');
  if (json.length > maxBodyCharacters) throw invalid;
  try {
    const body: unknown = JSON.parse(json);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return asFields(body as Body);
  } catch {
    throw invalid;
  }
  throw invalid;
}

/** The members under the names of the form fields. */
function asFields(body: Body): Body {
  const { remediationId, endSuppression, ...rest } = body;
  return { ...rest, remediation: remediationId, [endSuppressionField]: endSuppression === true ? 'yes' : '' };
}

/** The client shows a plan and names it: another version is never approved. */
function checkSeen({ etag, planHash }: Body, storedEtag: string, storedHash: string | undefined): void {
  if (etag === storedEtag && (planHash === undefined || planHash === storedHash)) return;
  throw new ConsentinelError(
    'decision-conflict',
    'The finding has changed since it was read.',
    'Read it again, and decide on the new version.',
  );
}

function checkAcknowledged(name: DecisionName, { acknowledgeWarnings }: Body, warnings: readonly string[]): void {
  if (name !== 'approve' || warnings.length === 0 || acknowledgeWarnings === true) return;
  throw new ConsentinelError(
    'decision-refused',
    `The plan has warnings: ${warnings.join(' ')}`,
    'Read them, and approve with --acknowledge-warnings.',
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
