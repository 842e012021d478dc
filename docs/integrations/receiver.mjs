// A receiver of the signed webhook of Consentinel, without packages: Node.js 20 or later. It checks the signature before it
// parses the body, ignores repeated deliveries, and calls `create` once for each finding. docs/integrations/jira.md and
// servicenow.md use it.
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * True for a body that was signed with the secret within the last five minutes.
 * @param {Buffer | string} body exactly as it arrived
 * @param {string | undefined} header X-Consentinel-Signature
 */
export function verify(body, header, secret, now = Date.now() / 1000) {
  const [, seconds, sent] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (!seconds || Math.abs(now - Number(seconds)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(sent, 'hex'));
}

/**
 * @param {{ secret: string, create: (finding: object, alert: object) => Promise<void>, seen: Set<string> }} options
 *   `create` gets each new finding, and each that came back. It must not create a second ticket for one `finding.id`.
 * @returns a handler for `createServer` of node:http
 */
export function receiver({ secret, create, seen = new Set() }) {
  return async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const answer = (status) => response.writeHead(status).end();
    if (!verify(body, request.headers['x-consentinel-signature'], secret)) return answer(401);
    const alert = JSON.parse(body.toString('utf8'));
    if (seen.has(alert.deliveryId)) return answer(204);
    try {
      for (const finding of [...alert.sections.new.findings, ...alert.sections.cameBack.findings])
        await create(finding, alert);
    } catch (error) {
      // Consentinel sends the alert again.
      process.stderr.write(`${error}\n`);
      return answer(502);
    }
    seen.add(alert.deliveryId);
    return answer(204);
  };
}
