import { isFirstParty } from '../../model/entra/first-party.js';
import { isGuid } from '../../model/entra/guid.js';
import type { Remedy } from '../../model/remediation/remediation.js';
import { createServicePrincipalOf } from '../../model/rule/create-service-principal.js';
import type { AppRemedy, RemedySubject, RemedyTenant } from '../../model/rule/remedy.js';
import { undoDeletes } from '../../model/rule/undo.js';
import type { Violation } from '../../model/rule/violation.js';

/**
 * Creates the service principal of the API. A disabled one is enabled by a person, who knows why it is disabled.
 * Source: Graph, create servicePrincipal (also for multi-tenant applications of other tenants).
 */
export const createResourceServicePrincipal: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  undo: undoDeletes,
  otherApp: resourceOf,
  plan({ evidence }, { other }, tenant) {
    if (evidence.accountEnabled === false) return disabled;
    if (!other || other.app.servicePrincipal) return unread;
    return createServicePrincipalOf(other, warningsOf(other, tenant));
  },
};

function resourceOf({ evidence: { resourceAppId } }: Pick<Violation, 'evidence'>): string | undefined {
  return typeof resourceAppId === 'string' && isGuid(resourceAppId) ? resourceAppId : undefined;
}

function warningsOf({ app: { appId, application } }: RemedySubject, tenant: RemedyTenant): string[] {
  const isKnown = application !== undefined || isFirstParty({ appId }, tenant.id, tenant.firstParty);
  return [
    'The service principal has no permissions. Users can sign in to the API, and consent to it if the consent policies permit it.',
    ...(isKnown ? [] : [`The API ${appId} belongs to another organization. Approve only if you know its publisher.`]),
    ...(application ? [] : ['Graph rejects the request if the API needs a license that the tenant does not have.']),
  ];
}

const disabled: Remedy = {
  manual: {
    reason: 'The service principal of the API is disabled. A plan would give all its users access again.',
    steps: [
      'Ask an administrator why it is disabled.',
      'If it must be enabled: Entra admin center > Enterprise apps > the API > Properties > Enabled for users to sign in.',
    ],
  },
};

const unread: Remedy = {
  manual: {
    reason: 'Consentinel could not read whether the API has a service principal now.',
    steps: ['Wait for the next scan. It reads the API again.'],
    undetermined: true,
  },
};
