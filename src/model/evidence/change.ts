import { minuteOf } from '../text/format.js';

/** Who added the key or credential of a finding, or the policy, as the audit log of the directory says. It has no names. */
export interface Change {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The name of the activity in the log, for example `Add service principal credentials`. */
  readonly activity: string;
  readonly by: {
    readonly type: 'user' | 'application' | 'unknown';
    /** The object id of the user, or the appId or object id of the app; empty if the log has none. */
    readonly id: string;
  };
}

/** The change in one phrase. */
export function changeText({ at, activity, by }: Change): string {
  const actor = by.type === 'unknown' || !by.id ? 'an actor that the log does not name' : `${by.type} ${by.id}`;
  return `${activity} on ${minuteOf(at)} by ${actor}`;
}

/** An entry of the audit log about one object. */
export interface AuditEntry extends Change {
  /** The ids of the credentials that the entry added, in lower case. */
  readonly addedKeyIds: readonly string[];
  /** Whether the activity assigned or changed a policy. */
  readonly concernsPolicy: boolean;
  /** The names of the modified properties. */
  readonly properties: readonly string[];
}

/** What a change must concern to explain a finding: a key, a policy, or a property whose name contains a text. */
export type ChangeSubject = { readonly key: string } | { readonly property: string } | 'policy';

/**
 * The entry that explains a finding: it added the finding's key; or, for a finding about a policy, it is the latest one
 * about a policy, or the latest one that modified a property.
 * @param entries about the finding's object, or of one activity, in any order
 */
export function changeOf(entries: readonly AuditEntry[], about: ChangeSubject): Change | undefined {
  const explains = ({ addedKeyIds, concernsPolicy, properties }: AuditEntry) => {
    if (about === 'policy') return concernsPolicy;
    if ('key' in about) return addedKeyIds.includes(about.key.toLowerCase());
    return properties.some((name) => name.toLowerCase().includes(about.property.toLowerCase()));
  };
  const [latest] = entries.filter(explains).sort((a, b) => (a.at < b.at ? 1 : -1));
  return latest && { at: latest.at, activity: latest.activity, by: latest.by };
}
