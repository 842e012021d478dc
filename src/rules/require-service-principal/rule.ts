import type { Application } from '../../model/entra/app.js';
import { isDataHolder } from '../../model/entra/data-holder.js';
import { hasKnownAudience, isForPersonalAccountsOnly } from '../../model/entra/sign-in-audience.js';
import { hasSignInSurface, surfaceProperties } from '../../model/entra/sign-in-surface.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';
import { createServicePrincipal } from './remedy.js';

/**
 * An application for work accounts needs a service principal in the tenant, to which Entra issues the token. These need
 * none: an application for personal Microsoft accounts only, a deactivated one, and one that only holds directory
 * extensions, whose deletion would delete data of users.
 * Sources: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 3; "Extensions app in Azure AD B2C".
 */
export const rule = appRule({
  id: 'require-service-principal',
  title: 'Every application for work accounts has a service principal in the tenant',
  problem: 'Application without a service principal',
  severity: 'medium',
  codes: ['AADSTS7000229', 'AADSTS700016', 'AADSTS50000'],
  manualFix,
  remedy: createServicePrincipal,
  select: { application: [...surfaceProperties, 'isDisabled', 'signInAudience'], tenant: ['extensionProperties'] },
  undetermined: ({ application, servicePrincipal }) =>
    application && !servicePrincipal && isInUse(application) && !hasKnownAudience(application)
      ? [{ objectId: application.id, key: '' }]
      : [],
  check({ appId, application, servicePrincipal }, { extensionProperties }) {
    if (!application || servicePrincipal || !isInUse(application)) return [];
    if (isForPersonalAccountsOnly(application) || !hasKnownAudience(application)) return [];
    const ownsExtensions = extensionProperties.has(application.id);
    if (ownsExtensions === true) return [];
    const { id, displayName, signInAudience = null } = application;
    const isLow = isBlueprint(application) || !hasSignInSurface(application);
    return [
      {
        on: 'application',
        objectId: id,
        ...(isLow && { severity: 'low' as const }),
        message: `${displayName} has no service principal in this tenant. Users cannot sign in to it.`,
        evidence: { appId, signInAudience },
        restsOnAbsenceOf: ownsExtensions === false ? 'servicePrincipal' : 'extensionProperty',
      },
    ];
  },
});

function isInUse(application: Application<'isDisabled'>): boolean {
  return application.isDisabled !== true && !isDataHolder(application);
}

/** A blueprint for one agent has no principal by design. Source: Graph, agentIdentityBlueprint resource type. */
function isBlueprint({ subtype }: Application): boolean {
  return subtype === 'agentIdentityBlueprint';
}
