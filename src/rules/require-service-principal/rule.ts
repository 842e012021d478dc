import { hasKnownAudience, isForPersonalAccountsOnly } from '../../model/entra/sign-in-audience.js';
import { appRule } from '../../model/rule/rule.js';
import { createServicePrincipal } from './remedy.js';

/**
 * An application for work accounts needs a service principal in the tenant, to which Entra issues the token. An
 * application for personal Microsoft accounts only needs none.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 3.
 */
export const rule = appRule({
  id: 'require-service-principal',
  title: 'Every application for work accounts has a service principal in the tenant',
  severity: 'medium',
  codes: ['AADSTS7000229', 'AADSTS700016', 'AADSTS50000'],
  remedy: createServicePrincipal,
  select: { application: ['signInAudience'] },
  undetermined: ({ application, servicePrincipal }) =>
    application && !servicePrincipal && !hasKnownAudience(application) ? [{ objectId: application.id, key: '' }] : [],
  check({ appId, application, servicePrincipal }) {
    if (!application || servicePrincipal || isForPersonalAccountsOnly(application)) return [];
    if (!hasKnownAudience(application)) return [];
    return [
      {
        on: 'application',
        objectId: application.id,
        message: `${application.displayName} has no service principal in this tenant, so nobody can sign in to it.`,
        evidence: { appId, signInAudience: application.signInAudience ?? null },
        restsOnAbsenceOf: 'servicePrincipal',
      },
    ];
  },
});
