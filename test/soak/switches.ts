import type { JsonObject, SimulatedTenant, Simulator } from '../../src/simulator/http/server.js';
import { guidFor } from './random.js';
import type { Violation } from './specimen.js';

const reviewer = (name: string, accountEnabled: boolean) => ({
  id: guidFor(name),
  displayName: name,
  userPrincipalName: `${name}@soak.example`,
  accountEnabled,
});
/** A user who can review requests for consent, and one whose account is disabled. */
export const reviewers = { live: reviewer('live-reviewer', true), disabled: reviewer('disabled-reviewer', false) };

const stale = '2026-01-05T06:12:44Z';
const neverExpires = 2_147_483_647;

/** The facts about the tenant itself that change. Each value decides on the findings of tenant rules. */
interface Facts {
  /** Under which policies users consent: none, or one that permits nothing. */
  userConsent: 'off' | 'empty-policy';
  directorySynchronization: 'fresh' | 'stale';
  passwordSynchronization: 'fresh' | 'stale';
  passwords: 'never-expire' | 'expire';
}

/** The settings of the simulated tenant that the tenant rules judge. */
export class Switches {
  readonly #facts: Facts = {
    userConsent: 'off',
    directorySynchronization: 'fresh',
    passwordSynchronization: 'fresh',
    passwords: 'never-expire',
  };

  /**
   * @param tenant the object that the simulator answers from
   * @param now the time of the simulated world, milliseconds since 1970
   */
  constructor(
    private readonly simulator: Simulator,
    private readonly tenant: SimulatedTenant,
    private readonly now: () => number,
  ) {
    this.apply();
    this.#reviewedBy('live');
  }

  get userConsentOff(): boolean {
    return this.#facts.userConsent === 'off';
  }

  /** Changes of one setting each, by name. The workflow and the default policy can also be changed by the product. */
  readonly changes: Readonly<Record<string, () => void>> = {
    'user consent': () => this.#flip('userConsent', 'off', 'empty-policy'),
    'directory synchronization': () => this.#flip('directorySynchronization', 'fresh', 'stale'),
    'password synchronization': () => this.#flip('passwordSynchronization', 'fresh', 'stale'),
    'password expiry': () => this.#flip('passwords', 'never-expire', 'expire'),
    'workflow off': () => this.#policy('adminConsentRequestPolicy', { isEnabled: false, reviewers: [] }),
    'workflow on': () => this.#reviewedBy('live'),
    'workflow without a reviewer who can act': () => this.#reviewedBy('disabled'),
    'default app management policy off': () => this.#policy('defaultAppManagementPolicy', { isEnabled: false }),
    'default app management policy on': () => this.#policy('defaultAppManagementPolicy', { isEnabled: true }),
  };

  /** Writes the facts to the tenant. The times of synchronization follow the time of the world. */
  apply(): void {
    const { userConsent, directorySynchronization, passwordSynchronization, passwords } = this.#facts;
    const recent = new Date(this.now() - 20 * 60_000).toISOString();
    Object.assign(this.tenant.organization ?? {}, {
      onPremisesSyncEnabled: true,
      onPremisesLastSyncDateTime: directorySynchronization === 'stale' ? stale : recent,
      onPremisesLastPasswordSyncDateTime: passwordSynchronization === 'stale' ? stale : recent,
    });
    Object.assign(this.tenant.domains?.[0] ?? {}, {
      passwordValidityPeriodInDays: passwords === 'expire' ? 90 : neverExpires,
    });
    const policy = 'ManagePermissionGrantsForSelf.soak-empty';
    const permissionGrantPoliciesAssigned = userConsent === 'off' ? [] : [policy];
    this.#policy('authorizationPolicy', { defaultUserRolePermissions: { permissionGrantPoliciesAssigned } });
  }

  /** The violations of tenant rules now. */
  violations(): Violation[] {
    const { policies } = this.simulator.directory;
    const workflow = policies.get('adminConsentRequestPolicy') ?? {};
    const queries = ((workflow.reviewers ?? []) as JsonObject[]).map(({ query }) => String(query));
    const workflowOn = workflow.isEnabled === true && queries.length > 0;
    const live = queries.some((query) => query.endsWith(reviewers.live.id));
    const open = policies.get('defaultAppManagementPolicy')?.isEnabled === false;
    const { passwordSynchronization, directorySynchronization, passwords } = this.#facts;
    const { id: objectId, displayName } = this.tenant;
    const found: readonly (readonly [ruleId: string, violated: boolean, remedy?: Violation['remedy']])[] = [
      ['require-consent-route', this.userConsentOff && !workflowOn, 'plan'],
      ['require-usable-consent-policy', !this.userConsentOff, 'manual'],
      ['require-live-reviewers', workflowOn && !live, 'plan'],
      ['no-symmetric-key-addition', open, 'plan'],
      ['require-fresh-directory-sync', directorySynchronization === 'stale'],
      ['require-fresh-password-sync', passwordSynchronization === 'stale'],
      ['require-password-expiry-alignment', passwords === 'expire'],
    ];
    return found.flatMap(([ruleId, violated, remedy = 'none']) =>
      violated ? [{ ruleId, objectId, key: '', displayName, remedy, guard: '' }] : [],
    );
  }

  #flip<K extends keyof Facts>(fact: K, first: Facts[K], second: Facts[K]): void {
    this.#facts[fact] = this.#facts[fact] === first ? second : first;
    this.apply();
  }

  #reviewedBy(name: keyof typeof reviewers): void {
    const reviewer = { query: `/users/${reviewers[name].id}`, queryType: 'MicrosoftGraph' };
    this.#policy('adminConsentRequestPolicy', { isEnabled: true, reviewers: [reviewer] });
  }

  #policy(name: string, patch: JsonObject): void {
    this.simulator.directory.policies.update(name, patch);
  }
}
