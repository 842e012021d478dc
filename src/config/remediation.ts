import { z } from 'zod';
import { maxApprovalDays } from '../model/finding/lifetimes.js';
import { clientId, guids, onOff, wholeNumber } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

export const remediationSettings = z.object({
  /** The identity that may write. Without it and without `withSignedInCredential`, the program only reads. */
  clientId: setting('REMEDIATOR_CLIENT_ID', {
    schema: clientId,
    meaning:
      'client id of the user-assigned identity that writes. Without it and `REMEDIATION`, the installation is read-only',
  }),
  withSignedInCredential: setting('REMEDIATION', {
    schema: onOff,
    deployed: false,
    default: false,
    meaning: '`on`: `remediate` on the command line may write with the signed-in credential',
  }),
  approvalTtlDays: setting('APPROVAL_TTL_DAYS', {
    schema: wholeNumber(1, maxApprovalDays),
    default: 7,
    meaning: 'days until an approval expires if it is not executed',
  }),
  maxPerRun: setting('MAX_REMEDIATIONS_PER_RUN', {
    schema: wholeNumber(1, 1000),
    default: 20,
    meaning: 'safety limit: plans executed in any 60 minutes, by the queue and all command lines together',
  }),
  adminConsentReviewers: setting('ADMIN_CONSENT_REVIEWERS', {
    schema: guids('object ids of users'),
    default: [],
    meaning:
      'object ids of the users who review consent requests, separated by commas. `require-consent-route` and `require-live-reviewers` need it to propose a plan',
  }),
});

export type RemediationSettings = z.output<typeof remediationSettings>;
