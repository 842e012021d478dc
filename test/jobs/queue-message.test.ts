import { expect, it } from '@jest/globals';
import { sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { scanOnRequest } from '../../src/jobs/scan/request-scan.js';

const context = {} as never;
const handlers = {
  'scan-requests': (message: unknown) => scanOnRequest(context, message),
  remediations: (message: unknown) => executeRemediation(context, message),
  alerts: (message: unknown) => sendAlerts(context, message),
};

it.each([
  ['scan-requests', { scanId: 7 }, 'scanId', '{"scanId": "...", "requestedBy": "..."'],
  ['scan-requests', 'nightly', 'message', '{"scanId": "...", "requestedBy": "..."'],
  ['remediations', { tenantId: 't', findingId: 'f', remediationId: 'r' }, 'findingId', '"remediationId": "..."'],
  ['remediations', null, 'message', '"tenantId": "...", "findingId": "..."'],
  ['alerts', { tenantId: 't' }, 'scanId', '{"tenantId": "...", "scanId": "..."}'],
  ['alerts', { tenantId: '', scanId: 's' }, 'tenantId', '{"tenantId": "...", "scanId": "..."}'],
] as const)(
  'a message on %s like %j is refused before any other work: the error names %s',
  async (queue, message, member, form) => {
    await expect(handlers[queue](message)).rejects.toMatchObject({
      code: 'usage-invalid',
      message: expect.stringMatching(new RegExp(`on ${queue} .*\\(${member}: `)),
      remedy: expect.stringContaining(form),
    });
  },
);
