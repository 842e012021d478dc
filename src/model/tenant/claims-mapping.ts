/** The objects to which the claims-mapping policies of the tenant apply. Source: Graph, claimsMappingPolicy: `appliesTo`. */
export interface ClaimsMappings {
  /** Whether a policy applies to the application or the service principal with this object id. */
  appliesTo(objectId: string): boolean;
}

/** The objects with a policy; the code that reads the policies fills it. */
export class ClaimsMappingIndex implements ClaimsMappings {
  readonly #objectIds: ReadonlySet<string>;

  constructor(objectIds: Iterable<string> = []) {
    this.#objectIds = new Set(objectIds);
  }

  /** What the constructor takes. */
  toJSON(): readonly string[] {
    return [...this.#objectIds];
  }

  appliesTo(objectId: string): boolean {
    return this.#objectIds.has(objectId);
  }
}
