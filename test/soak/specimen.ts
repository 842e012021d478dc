import type { SimulatedDirectory } from '../../src/simulator/directory/simulated-directory.js';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { guidFor, type Random } from './random.js';

/** A violation that the tenant has by construction. */
export interface Violation {
  readonly ruleId: string;
  readonly objectId: string;
  /** The key of its finding: a keyId, the appId of an API, or empty. */
  readonly key: string;
  readonly displayName: string;
  /** Whether the product must propose a plan, or manual steps. */
  readonly remedy: 'none' | 'plan' | 'manual';
  /** What the plan depends on: a plan that was made under another value is stale. */
  readonly guard: string;
}

/** An application with its service principal, planted to violate or to comply with one rule. */
export interface Specimen {
  readonly kind: Kind;
  readonly appId: string;
  readonly applicationId: string;
  readonly servicePrincipalId: string;
  /** Counts its violations, so that a new key gets a new keyId. */
  generation: number;
  violating: boolean;
  deleted: boolean;
  /** The ids of the keys that nobody may remove, in an order of their own. */
  readonly kept: string[];
}

/** What specimens are planted in. */
export interface Ground {
  readonly directory: SimulatedDirectory;
  readonly random: Random;
  /** Whether users can consent to nothing; some violations exist only then. */
  readonly userConsentOff: boolean;
}

/** How the specimens of one rule are built. The builder knows the finding that each form must have. */
export interface Kind {
  readonly ruleId: string;
  /** The object of the finding. */
  readonly on: 'application' | 'servicePrincipal';
  /** The properties of both forms. */
  readonly application?: JsonObject;
  readonly servicePrincipal?: JsonObject;
  /** Makes the specimen violate or comply. */
  set(ground: Ground, specimen: Specimen, violating: boolean): void;
  /** Called once after both objects exist. */
  plant?(ground: Ground, specimen: Specimen): void;
  /** Whether it violates now, where the product itself can change that. */
  observe?(directory: SimulatedDirectory, specimen: Specimen): boolean;
  /** Whether the violation counts under the policies of the tenant. */
  counts?(ground: Pick<Ground, 'userConsentOff'>): boolean;
  key?(specimen: Specimen): string;
  remedy?(directory: SimulatedDirectory, specimen: Specimen): Violation['remedy'];
  /** Adds a key that complies to the object, where the plan depends on its keys. */
  addKey?(ground: Ground, specimen: Specimen): void;
  /** The ids of the keys that the object has besides the violating one. */
  otherKeys?(directory: SimulatedDirectory, specimen: Specimen): string[];
}

/** Plants a specimen. Its ids follow from `name`. */
export function plant(ground: Ground, kind: Kind, name: string, violating: boolean): Specimen {
  const [appId, id, servicePrincipalId] = ['app', 'application', 'principal'].map((what) => guidFor(`${what} ${name}`));
  const { directory } = ground;
  const bare = { displayName: name, appId, keyCredentials: [], passwordCredentials: [] };
  directory.addApplication({ ...bare, id, requiredResourceAccess: [], ...kind.application });
  directory.addServicePrincipal({ ...bare, id: servicePrincipalId, ...kind.servicePrincipal });
  const specimen: Specimen = {
    kind,
    appId: appId ?? '',
    applicationId: id ?? '',
    servicePrincipalId: servicePrincipalId ?? '',
    generation: 0,
    violating: false,
    deleted: false,
    kept: [],
  };
  kind.plant?.(ground, specimen);
  set(ground, specimen, violating);
  return specimen;
}

/** Makes a specimen violate its rule or comply with it. */
export function set(ground: Ground, specimen: Specimen, violating: boolean): void {
  if (violating && !specimen.violating && ground.random.chance(0.5)) specimen.generation += 1;
  specimen.kind.set(ground, specimen, violating);
  specimen.violating = violating;
}

/** The violations of a specimen now. */
export function violationsOf(ground: Ground, specimen: Specimen): Violation[] {
  const { kind, applicationId, servicePrincipalId } = specimen;
  const { directory } = ground;
  if (specimen.deleted) return [];
  specimen.violating = kind.observe?.(directory, specimen) ?? specimen.violating;
  if (!specimen.violating || kind.counts?.(ground) === false) return [];
  const objectId = kind.on === 'application' ? applicationId : servicePrincipalId;
  const object = directory.find(kind.on === 'application' ? 'applications' : 'servicePrincipals', objectId);
  return [
    {
      ruleId: kind.ruleId,
      objectId,
      key: kind.key?.(specimen) ?? '',
      displayName: String(object?.displayName),
      remedy: kind.remedy?.(directory, specimen) ?? 'none',
      guard: kind.otherKeys?.(directory, specimen).join() ?? '',
    },
  ];
}
