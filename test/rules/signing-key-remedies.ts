import type { KeyCredential, WholeApplication, WholeServicePrincipal } from '../../src/model/entra/app.js';
import type { FirstPartySettings } from '../../src/model/entra/first-party.js';
import type { Manual, Plan } from '../../src/model/remediation/remediation.js';
import type { RemedyFacts, RemedySubject } from '../../src/model/rule/remedy.js';
import type { Violation } from '../../src/model/rule/violation.js';
import { rule } from '../../src/rules/no-symmetric-signing-key/rule.js';
import { aKey, anApp, aSymmetricSigningKey, caseTenant } from '../../src/rules/testing/cases.js';

export { rule };
export const flagged = aSymmetricSigningKey('flagged');
export const verifying = aKey('verifying');

/** How an app with a flagged key differs from one whose key can be removed; null leaves an object out. */
export interface Situation {
  /** The object that has the keys. */
  on?: 'application' | 'servicePrincipal';
  keys?: readonly KeyCredential[];
  /** The key id of the violation. */
  key?: string;
  evidence?: Violation['evidence'];
  application?: Partial<WholeApplication> | null;
  servicePrincipal?: Partial<WholeServicePrincipal> | null;
  facts?: Partial<RemedyFacts>;
  firstParty?: FirstPartySettings;
}

/** What the rule proposes for the flagged key. */
function remedyIn(situation: Situation) {
  const { on = 'application', keys = [flagged, verifying], key = flagged.keyId ?? '', evidence = {} } = situation;
  const { application = {}, servicePrincipal = {} } = situation;
  const own = { keyCredentials: keys };
  const app = anApp('Payroll Sync', {
    application: application && { ...(on === 'application' && own), ...application },
    servicePrincipal: servicePrincipal && { ...(on === 'servicePrincipal' && own), ...servicePrincipal },
  });
  const subject = {
    app: {
      appId: app.appId,
      application: app.application ?? undefined,
      servicePrincipal: app.servicePrincipal ?? undefined,
    },
    facts: { claimsMappingPolicies: 0, deletedServicePrincipal: undefined, ...situation.facts },
  } as RemedySubject;
  const objectId = app[on]?.id ?? '';
  const tenant = { id: caseTenant.id, ...(situation.firstParty && { firstParty: situation.firstParty }) };
  const remedy = rule.remedy?.plan({ on, objectId, key, message: '', evidence }, subject, tenant);
  return { remedy, objectId };
}

export function planIn(situation: Situation): { plan: Plan; objectId: string } {
  const { remedy, objectId } = remedyIn(situation);
  if (!remedy || !('plan' in remedy)) throw new Error('There is no plan.');
  return { plan: remedy.plan, objectId };
}

export function manualIn(situation: Situation): Manual {
  const { remedy } = remedyIn(situation);
  if (!remedy || !('manual' in remedy)) throw new Error('There is a plan.');
  return remedy.manual;
}
