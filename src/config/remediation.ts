import { z } from 'zod';
import { maxApprovalDays } from '../model/finding/lifetimes.js';
import { clientId, guids, onOff, wholeNumber } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

export const remediationSettings = z.object({
  /** The identity that may write. Without it and without `withSignedInCredential`, the program only reads. */
  clientId: setting('REMEDIATOR_CLIENT_ID', {
    schema: clientId,
    meaning:
      'client id of the user-assigned identity with write permission. Without it, and without `REMEDIATION`, the installation is read-only',
  }),
  withSignedInCredential: setting('REMEDIATION', {
    schema: onOff,
    deployed: false,
    default: false,
    meaning: '`on` permits `remediate` on the command line to write with the signed-in credential',
  }),
  approvalTtlDays: setting('APPROVAL_TTL_DAYS', {
    schema: wholeNumber(1, maxApprovalDays),
    default: 7,
    meaning: 'days until an approval expires if it is not executed',
  }),
  maxPerRun: setting('MAX_REMEDIATIONS_PER_RUN', {
    schema: wholeNumber(1, 1000),
    default: 20,
    meaning:
      'the safety limit of remediations: how many plans are executed in any 60 minutes, by the queue and all command lines together',
  }),
  adminConsentReviewers: setting('ADMIN_CONSENT_REVIEWERS', {
    schema: guids('object ids of users'),
    default: [],
    meaning:
      'object ids of the users who review requests for consent, separated by commas. With it, the rules `require-consent-route` and `require-live-reviewers` propose a plan',
  }),
});

export type RemediationSettings = z.output<typeof remediationSettings>;
