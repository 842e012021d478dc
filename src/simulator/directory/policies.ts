import { notFound } from '../protocol/graph-error.js';
import type { JsonObject } from '../protocol/json.js';
import { nowInMilliseconds } from '../protocol/timestamps.js';
import { type Version, versionAt, withVersion } from './versions.js';

/** Every tenant has this policy, off by default. Source: Graph resource type tenantAppManagementPolicy. */
const defaultAppManagementPolicy: JsonObject = {
  id: '00000000-0000-0000-0000-000000000000',
  displayName: 'Default app management tenant policy',
  description:
    'Default tenant policy that enforces app management restrictions on applications and service principals.',
  isEnabled: false,
  applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
  servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
};

/** Every tenant has built-in ones. The simulated tenant defines them. */
const permissionGrantPolicies: JsonObject = { value: [] };

/** The tenant's policies by the name in `/policies/{name}`. */
export class Policies {
  readonly #versions = new Map<string, readonly Version<JsonObject>[]>();
  /** The number of writes that changed a policy. */
  revisions = 0;

  constructor(
    policies: Readonly<Record<string, JsonObject>>,
    private lag: number,
    private readonly now: () => number = nowInMilliseconds,
  ) {
    for (const [name, value] of Object.entries({ defaultAppManagementPolicy, permissionGrantPolicies, ...policies }))
      this.#versions.set(name, [{ at: Number.NEGATIVE_INFINITY, value }]);
  }

  /** Lets reads show every change from now on. */
  catchUp(): void {
    this.lag = 0;
  }

  /** The current state; undefined for an unknown policy. */
  get(name: string): JsonObject | undefined {
    return this.#versions.get(name)?.at(-1)?.value;
  }

  /** The state that reads show. */
  visible(name: string): JsonObject | undefined {
    return versionAt(this.#versions.get(name), this.now() - this.lag)?.value;
  }

  /**
   * Changes properties of a policy.
   * @throws GraphError 404 for an unknown policy
   */
  update(name: string, patch: JsonObject): JsonObject {
    return this.replace(name, { ...(this.get(name) ?? missing(name)), ...patch });
  }

  /** Replaces a policy as a whole. */
  replace(name: string, value: JsonObject): JsonObject {
    if (JSON.stringify(value) !== JSON.stringify(this.get(name))) this.revisions++;
    const at = this.now();
    this.#versions.set(name, withVersion(this.#versions.get(name) ?? [], { at, value }, at - this.lag));
    return value;
  }
}

function missing(name: string): never {
  throw notFound(name);
}
