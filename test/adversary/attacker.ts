import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { queueNames } from '../../src/jobs/ports/index.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { type AuditEvent, auditEvent } from '../../src/model/finding/audit.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { type ApprovalStatement, type SignedApproval, signatureHash } from '../../src/model/remediation/approval.js';
import { planHash, type Remediation } from '../../src/model/remediation/remediation.js';
import { findingKey, partitionOf } from '../../src/storage/finding-rows.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import type { Laptop } from '../support/laptop.js';

/** A finding with a plan. */
export type Planned = Finding & { readonly remediation: Remediation };

/** The stored finding of a name, with its plan. */
export async function planned(laptop: Laptop, displayName: string): Promise<Planned> {
  const finding = (await laptop.stored()).find((one) => one.displayName === displayName && one.remediation);
  if (!finding) throw new Error(`${displayName} has no plan.`);
  return finding as Planned;
}

/** An approval by a person, as the product makes it. Its message is removed from the queue. */
export async function approved(laptop: Laptop, displayName: string, person = 'ada'): Promise<Planned> {
  const { tenantId, id: findingId } = await planned(laptop, displayName);
  const approver = { id: `id-of-${person}`, name: person, roles: ['Consentinel.Approver'] };
  const request = { tenantId, findingId, author: person, approver, acknowledgeWarnings: true };
  const finding = await approve(laptop.runtime, request);
  await receive(laptop);
  return finding as Planned;
}

/** Replaces the remediation in the row of a finding: one merge, without an event. */
export async function mergeRemediation(laptop: Laptop, finding: Finding, remediation: Remediation): Promise<void> {
  await laptop.storage.raw.findings.updateEntity(
    {
      partitionKey: partitionOf(finding),
      rowKey: findingKey(finding.id),
      remediation: JSON.stringify(remediation),
      remediationStatus: remediation.status,
    },
    'Merge',
  );
}

/** Writes the row of a finding, and an event that fits the audit chain. */
export async function writeWithEvent(laptop: Laptop, finding: Finding, event: AuditEvent): Promise<void> {
  const stored = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
  await laptop.runtime.findings.commit([{ finding, etag: stored?.etag, events: [event] }]);
}

/** The event that the product would write for an approval. */
export function approvedEvent(finding: Planned, signed: SignedApproval): AuditEvent {
  const { id, planHash } = finding.remediation;
  const { id: statement } = signed.statement;
  const detail = { remediation: id, planHash, statement, keyId: signed.keyId, signatureHash: signatureHash(signed) };
  const at = new Date().toISOString();
  return auditEvent(finding, { at, type: 'approved', author: 'ada', summary: 'Approved.', detail });
}

/** What the web app would sign for a plan. */
export function statementFor(finding: Planned, change: Partial<ApprovalStatement> = {}): ApprovalStatement {
  const { id: remediationId, planHash, plan } = finding.remediation;
  const times = { at: new Date().toISOString(), expiresAt: new Date(Date.now() + 86_400_000).toISOString() };
  const author = { id: 'id-of-ada', name: 'ada', roles: ['Consentinel.Approver'] };
  const ids = { id: randomUUID(), tenantId: finding.tenantId, findingId: finding.id, remediationId };
  return { kind: 'approval', ...ids, planHash, requests: plan.requests, author, ...times, ...change };
}

/** Signs with the key of the installation: for approvals that a person made at another time or for another plan. */
export async function signedByPerson(laptop: Laptop, statement: ApprovalStatement): Promise<SignedApproval> {
  const { signer } = laptop.runtime.decisions();
  if (!signer) throw new Error('There is no signer.');
  return signer.sign(statement);
}

/** The status and decision of an approval, as a row has them. */
export function asApproved(remediation: Remediation, approvals?: readonly SignedApproval[]): Remediation {
  const at = new Date().toISOString();
  const decision = { author: 'ada', at, expiresAt: new Date(Date.now() + 86_400_000).toISOString() };
  const { approvals: _before, ...plan } = remediation;
  return { ...plan, status: 'approved', decision, ...(approvals && { approvals }) };
}

/** A plan with other requests whose hash is right. */
export function rewritten(remediation: Remediation): Remediation {
  const requests = remediation.plan.requests.map((request) => ({ ...request, body: { keyCredentials: [] } }));
  const plan = { ...remediation.plan, requests };
  return { ...remediation, plan, planHash: planHash(plan) };
}

/** A key pair of the attacker. */
export const foreignKey = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;

/** Sends the message of a plan to the queue, and executes every message that is there. */
export async function deliver(laptop: Laptop, finding: Planned) {
  const queues = new StorageQueues(laptop.storage);
  await queues.send(queueNames.remediations, { ...messageFor(finding, finding.remediation) });
  const outcomes = [];
  for (const text of await receive(laptop))
    outcomes.push(await executeRemediation(await laptop.runtime.remediation(), JSON.parse(text)));
  return outcomes;
}

async function receive(laptop: Laptop): Promise<string[]> {
  const queues = new StorageQueues(laptop.storage);
  const messages = await queues.receive(queueNames.remediations, 32, 60);
  for (const message of messages) await queues.remove(queueNames.remediations, message);
  return messages.map(({ text }) => text);
}

/** The requests that changed the directory. */
export const writesTo = ({ simulator }: Laptop) =>
  simulator.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('$batch'));
