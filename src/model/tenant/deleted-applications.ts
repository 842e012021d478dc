/** A deleted application that can be restored for 30 days. Source: Graph, directory: deletedItems. */
export interface DeletedApplication {
  /** The object id, which `POST /directory/deletedItems/{id}/restore` takes. */
  readonly id: string;
  readonly appId: string;
  /** ISO 8601; null where Graph returns none. */
  readonly deletedDateTime: string | null;
}

/** The deleted applications of the tenant that can be restored. */
export interface DeletedApplications {
  byAppId(appId: string): DeletedApplication | undefined;
}

/** The index of deleted applications; the code that reads them fills it. */
export class DeletedApplicationIndex implements DeletedApplications {
  readonly #byAppId: ReadonlyMap<string, DeletedApplication>;

  constructor(deleted: Iterable<DeletedApplication> = []) {
    this.#byAppId = new Map([...deleted].map((application) => [application.appId.toLowerCase(), application]));
  }

  /** What the constructor takes. */
  toJSON(): readonly DeletedApplication[] {
    return [...this.#byAppId.values()];
  }

  byAppId(appId: string): DeletedApplication | undefined {
    return this.#byAppId.get(appId.toLowerCase());
  }
}
