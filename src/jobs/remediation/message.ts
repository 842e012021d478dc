import { z } from 'zod';
import { type Finding, findingIdPattern } from '../../model/finding/finding.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { queueNames } from '../ports/index.js';
import { readMessage } from '../queues/queue-message.js';

/** A message on `remediations`. It has ids only: the table decides what may be sent. */
const messageSchema = z.object({
  tenantId: z.string().min(1).max(64),
  findingId: z.string().regex(findingIdPattern),
  remediationId: z.string().regex(findingIdPattern),
});
export type RemediationMessage = z.infer<typeof messageSchema>;

/** @throws ConsentinelError `usage-invalid` if the message does not match the schema */
export function parseRemediationMessage(message: unknown): RemediationMessage {
  return readMessage(queueNames.remediations, messageSchema, message);
}

export function messageFor({ tenantId, id }: Finding, remediation: Remediation): RemediationMessage {
  return { tenantId, findingId: id, remediationId: remediation.id };
}
