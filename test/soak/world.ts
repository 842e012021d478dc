import { systemClock } from '../../src/clock.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { cleanTenantParts } from '../../src/rules/testing/cases.js';
import { type SimulatedTenant, type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { blueprint, ledger, rolesOnlyApi } from './apis.js';
import { kinds } from './kinds.js';
import { guidFor, type Random } from './random.js';
import { type Ground, plant, type Specimen, set, type Violation, violationsOf } from './specimen.js';
import { reviewers, Switches } from './switches.js';

/** Objects that always comply. */
const filler = { objects: 60, seed: 7 };

/** The simulated tenant, with a time of its own, and the knowledge which findings it must have. */
export class World {
  readonly specimens: Specimen[] = [];
  /** Milliseconds between the real time and the time of the world. */
  offset = 0;

  private constructor(
    readonly simulator: Simulator,
    readonly tenant: SimulatedTenant,
    readonly switches: Switches,
    private readonly realNow: () => string,
  ) {}

  /** Starts the simulator. Its clock is the clock of this process, which the world sets. */
  static async start(options: { port?: number; identityHeader?: string } = {}): Promise<World> {
    const tenant = aTenant();
    const simulator = await startSimulator({ tenant, tokenLifetime: 20 * 365 * 86_400, ...options });
    const { now } = systemClock;
    let world: World | undefined;
    systemClock.now = () => new Date(Date.parse(now()) + (world?.offset ?? 0)).toISOString();
    const switches = new Switches(simulator, tenant, () => Date.parse(systemClock.now()));
    world = new World(simulator, tenant, switches, now);
    return world;
  }

  async close(): Promise<void> {
    systemClock.now = this.realNow;
    await this.simulator.close();
  }

  /** The time of the world, ISO 8601 UTC. */
  now(): string {
    return systemClock.now();
  }

  pass(milliseconds: number): void {
    this.offset += Math.round(milliseconds);
    this.switches.apply();
  }

  /** Every violation that the tenant has by construction. */
  violations(random: Random): Violation[] {
    const ground = this.#ground(random);
    return [...this.switches.violations(), ...this.specimens.flatMap((specimen) => violationsOf(ground, specimen))];
  }

  /** Plants one specimen of every kind, about half of them violating. */
  plantAll(random: Random): void {
    for (const kind of kinds) this.#plant(random, kind);
  }

  /** The objects that lost a key, or got one back, without a change of this world. */
  damagedObjects(): string[] {
    return this.specimens.flatMap((specimen) => {
      const { kind, kept, applicationId, deleted } = specimen;
      const keys = deleted ? undefined : kind.otherKeys?.(this.simulator.directory, specimen);
      return keys && keys.join() !== [...kept].sort().join() ? [applicationId] : [];
    });
  }

  /**
   * Makes one random change.
   * @returns what changed, for the log
   */
  change(random: Random): string {
    const specimen = random.pick(this.specimens);
    const ground = this.#ground(random);
    const subject = `${specimen.kind.ruleId} (${specimen.applicationId.slice(0, 8)})`;
    switch (
      random.pick(['plant', 'flip', 'flip', 'flip', 'flip', 'rename', 'delete', 'key', 'key', 'tenant', 'tenant'])
    ) {
      case 'plant':
        return `plant ${this.#plant(random, random.pick(kinds)).kind.ruleId}`;
      case 'rename':
        return this.#rename(random, specimen) ? `rename ${subject}` : 'nothing';
      case 'delete':
        return this.#deleteOrRestore(specimen) ? `delete or restore ${subject}` : 'nothing';
      case 'key':
        return this.#addKey(ground);
      case 'tenant': {
        const name = random.pick(Object.keys(this.switches.changes));
        this.switches.changes[name]?.();
        return name;
      }
      default:
        if (specimen.deleted) return 'nothing';
        violationsOf(ground, specimen);
        set(ground, specimen, !specimen.violating);
        return `${specimen.violating ? 'violate' : 'fix'} ${subject}`;
    }
  }

  #ground(random: Random): Ground {
    return {
      directory: this.simulator.directory,
      random,
      userConsentOff: this.switches.userConsentOff,
    };
  }

  #plant(random: Random, kind: Specimen['kind']): Specimen {
    const name = `Soak ${this.specimens.length}${random.pick(suffixes)}`;
    const specimen = plant(this.#ground(random), kind, name, random.chance(0.5));
    this.specimens.push(specimen);
    return specimen;
  }

  #rename(random: Random, { applicationId, servicePrincipalId }: Specimen): boolean {
    const { directory } = this.simulator;
    const displayName = `Soak renamed ${random.below(1000)}${random.pick(suffixes)}`;
    if (!directory.find('applications', applicationId)) return false;
    directory.update('applications', applicationId, { displayName });
    if (directory.find('servicePrincipals', servicePrincipalId))
      directory.update('servicePrincipals', servicePrincipalId, { displayName });
    return true;
  }

  #addKey(ground: Ground): string {
    const specimen = ground.random.pick(this.specimens.filter(({ kind }) => kind.addKey));
    if (specimen.deleted) return 'nothing';
    specimen.kind.addKey?.(ground, specimen);
    return `add another key to ${specimen.applicationId.slice(0, 8)}`;
  }

  #deleteOrRestore(specimen: Specimen): boolean {
    const { directory } = this.simulator;
    const { applicationId } = specimen;
    if (specimen.deleted) directory.restore(applicationId);
    else directory.delete('applications', applicationId);
    specimen.deleted = !specimen.deleted;
    return true;
  }
}

/** Endings of names. They must come back from storage, in every format, as they are. */
const suffixes = ['', '', '', ' “ÄÖ” 𝒳', ' =HYPERLINK("x")', " o'Neil & <b>", ' \u202e\u0007 tab\t', ' 2\u20282\u2029'];

function aTenant(): SimulatedTenant {
  const consent = { authorizationPolicy: { id: 'authorizationPolicy' }, permissionGrantPolicies: [emptyPolicy] };
  const tenant = simulatedTenantOf([blueprint, ledger, rolesOnlyApi], { ...cleanTenantParts, ...consent }, filler);
  const users = Object.values(reviewers);
  return {
    ...structuredClone(tenant),
    id: guidFor('tenant'),
    displayName: 'Soak Bank',
    users,
    onPremisesSynchronization,
  };
}

const emptyPolicy = { id: 'soak-empty', displayName: 'Empty', includes: [], excludes: [] };
const onPremisesSynchronization = {
  passwordSyncEnabled: true,
  cloudPasswordPolicyForPasswordSyncedUsersEnabled: false,
};
