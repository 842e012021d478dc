import type { Stored } from '../jobs/ports/index.js';
import { ConsentinelError, type ErrorCode, errorCodes } from '../model/errors.js';
import type { DecisionResult } from '../model/finding/decision-result.js';
import type { Finding } from '../model/finding/finding.js';
import type { WebDecisions } from '../wiring/capabilities.js';

/** Milliseconds. The page reads and writes a table, and signs. */
const timeout = 60_000;

/**
 * Sends a decision to the review page, which signs and stores it.
 * @param stored the version that the user sees
 * @param options members of the decision: `comment`, `reason`, `until`, `acknowledgeWarnings`, `endSuppression`
 * @throws ConsentinelError with the code of the page; `credential-rejected` if it does not accept the token
 */
export async function decideOnWeb(
  { url, token }: WebDecisions,
  name: 'approve' | 'reject' | 'suppress' | 'unsuppress' | 'undo',
  { value, etag }: Stored<Finding>,
  options: Readonly<Record<string, unknown>>,
): Promise<DecisionResult> {
  const { id, planHash } = value.remediation ?? {};
  const seen = { etag, ...(id && { remediationId: id }), ...(planHash && { planHash }) };
  const response = await send(`${url}/api/findings/${value.id}/${name}`, await token(), { ...options, ...seen });
  const answer = await jsonOf(response);
  if (response.ok && typeof answer.author === 'string') return answer as unknown as DecisionResult;
  throw errorOf(answer) ?? rejected(url, response.status);
}

async function send(address: string, token: string, body: object): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A redirect leads to a sign-in page, and the token must not follow it.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new ConsentinelError(
      'signing-unavailable',
      `The review page at ${new URL(address).origin} did not answer: ${(cause as Error | undefined)?.message ?? message}`,
      'Check PUBLIC_URL. Check the history of the finding before you decide again.',
      { cause: error },
    );
  }
}

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await response.json().catch(() => undefined);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function errorOf({ error }: Readonly<Record<string, unknown>>): ConsentinelError | undefined {
  const { code, message, remedy } = (error ?? {}) as { code?: unknown; message?: unknown; remedy?: unknown };
  if (typeof message !== 'string' || !errorCodes.includes(code as ErrorCode)) return undefined;
  return new ConsentinelError(code as ErrorCode, message, typeof remedy === 'string' ? remedy : undefined);
}

function rejected(url: string, status: number): ConsentinelError {
  return new ConsentinelError(
    'credential-rejected',
    `The review page at ${url} did not accept the decision (HTTP ${status}).`,
    'Check WEB_CLIENT_ID, the permission of the Azure CLI in the app registration, and your role Consentinel.Approver.',
  );
}
