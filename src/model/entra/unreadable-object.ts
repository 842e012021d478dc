/** The facts about an object that cannot be judged. They include no value of the malformed property. */
export interface UnreadableFacts {
  readonly on: 'application' | 'servicePrincipal';
  /** The property that is absent, null or of another type than documented. */
  readonly property: string;
  /** The object id, if it is usable. */
  readonly id?: string | undefined;
  /** The appId, if it is usable. */
  readonly appId?: string | undefined;
  /** Untrusted text: escape it wherever it is shown. */
  readonly displayName?: string | undefined;
}

/**
 * An object that exists, but differs from Graph's documentation. It is set aside: it complies with no rule and violates
 * none. A class, so that it cannot be confused with an object that was read.
 */
export class UnreadableObject {
  constructor(readonly facts: UnreadableFacts) {}

  /** The kind and name in words, for example `application Payroll Sync`. */
  get label(): string {
    const { on, displayName, id } = this.facts;
    return `${on === 'application' ? 'application' : 'service principal'} ${displayName || id || 'without an id'}`;
  }
}
