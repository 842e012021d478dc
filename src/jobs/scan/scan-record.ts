import { skewNote } from '../../model/clock/clock-skew.js';
import type { Collection } from '../../model/entra/collection.js';
import type { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { codeOf, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Transition, TransitionContext } from '../../model/finding/transition.js';
import type { Severity } from '../../model/rule/violation.js';
import { blankScan, type NotExamined, type Scan, type ScanError } from '../../model/scan/scan.js';
import { quantity } from '../../model/text/format.js';
import type { DamagedFinding, DirectoryStats } from '../ports/index.js';
import { noStats } from './directory-stats.js';
import type { FindingIndex } from './finding-index.js';

type State = Pick<Finding, 'status' | 'severity' | 'appearedAt'> & Partial<Pick<Finding, 'objectId' | 'ruleId'>>;

/** How many objects that were set aside an error names. It names ids only: log lines contain errors, and no names. */
const namedObjects = 5;

/** The row of a scan that runs: what it read, what it did not examine and why, and the counts of its findings. */
export class ScanRecord {
  readonly scan: Scan;
  /** The requests of the scan to Graph; known at its end. */
  stats: DirectoryStats = noStats;
  /** Whether neither a scan nor a finding of the tenant was stored when it began. */
  isFirst = false;
  #stored: FindingIndex | undefined;
  /** The state of each finding that this scan changed. */
  readonly #changed = new Map<string, State>();
  readonly #undetermined = new Set<string>();
  /** The findings that this scan resolved. */
  readonly #resolved = noCounts();

  constructor(begun: Pick<Scan, 'id' | 'tenantId' | 'requestedBy' | 'startedAt'>, since: string) {
    this.scan = blankScan({ ...begun, status: 'running', since });
  }

  /** Sets the findings that were stored when the scan began: the counts at the end include them. */
  startFrom(stored: FindingIndex): void {
    this.#stored = stored;
  }

  /** A scan observes the tenant at the time it began: a later change of a finding takes precedence. */
  get transitionContext(): TransitionContext {
    return { at: this.scan.startedAt, scanId: this.scan.id, author: `scan:${this.scan.id}` };
  }

  get objects(): number {
    return this.scan.counts.applications + this.scan.counts.servicePrincipals;
  }

  /**
   * Whether the scan examined everything that Graph shows. Rules that Graph leaves undetermined do not count: with them
   * the scans of some tenants would stay incomplete for ever.
   */
  get examinedEverything(): boolean {
    const undetermined = ({ ruleId }: NotExamined) => this.#undetermined.has(ruleId);
    const { notExamined, errors } = this.scan;
    return notExamined.every(undetermined) && errors.length === 0 && this.scan.undetermined.length === 0;
  }

  /** @param skew local time minus Graph's time in milliseconds; undefined if it was not measured */
  noteClockSkew(skew: number | undefined): void {
    const note = skewNote(skew);
    if (note) this.note(note);
  }

  count(collection: Collection, objects: number): void {
    this.scan.counts[collection] += objects;
  }

  notExamined(rules: readonly NotExamined[], errors: readonly ScanError[]): void {
    this.scan.notExamined = [...this.scan.notExamined, ...rules];
    this.scan.errors = [...this.scan.errors, ...errors];
  }

  /** Adds a fact that an administrator should know. It does not make the scan incomplete. */
  note(text: string): void {
    if (!this.scan.notes.includes(text)) this.scan.notes.push(text);
  }

  /** Adds a fact that the next alert reports. It does not make the scan incomplete. */
  warn(text: string): void {
    this.note(text);
    const { warnings = [] } = this.scan;
    if (!warnings.includes(text)) this.scan.warnings = [...warnings, text];
  }

  /** Adds objects that could not be judged; each property of an object once. */
  setAside(objects: readonly UnreadableObject[]): void {
    const added = objects.map(({ label, facts }) => ({
      objectId: facts.id ?? '',
      object: label,
      property: facts.property,
    }));
    const known = new Map(
      [...this.scan.undetermined, ...added].map((one) => [`${one.objectId || one.object} ${one.property}`, one]),
    );
    this.scan.undetermined = [...known.values()];
  }

  /** The findings on these objects that this scan created or changed. */
  changedOn(objectIds: ReadonlySet<string>): { readonly id: string; readonly ruleId: string }[] {
    return [...this.#changed].flatMap(([id, { objectId = '', ruleId = '', status }]) =>
      objectIds.has(objectId) && status !== 'resolved' ? [{ id, ruleId }] : [],
    );
  }

  /** Whether this scan created or changed a finding. */
  hasChanged(findingId: string): boolean {
    return this.#changed.has(findingId);
  }

  /** Adds rules that Graph leaves undetermined: they were not examined, and this is not an error. */
  undetermined(rules: readonly NotExamined[]): void {
    for (const { ruleId } of rules) this.#undetermined.add(ruleId);
    this.notExamined(rules, []);
  }

  /** Counts findings that were written. */
  wrote(written: number, transitions: readonly Transition[]): void {
    this.scan.writes += written;
    for (const { finding } of transitions) {
      const { id, status, severity, appearedAt, objectId, ruleId } = finding;
      if (status === 'resolved') {
        this.scan.findings.resolved += 1;
        this.#resolved[severity] += 1;
      }
      this.#changed.set(id, { status, severity, appearedAt, objectId, ruleId });
    }
  }

  /**
   * A finding with a damaged row makes the scan incomplete, and changes nothing else: every other finding is examined and
   * resolved.
   */
  finish(finishedAt: string, stats: DirectoryStats): void {
    const damaged = [...(this.#stored?.damaged.values() ?? [])];
    const isComplete = this.examinedEverything && damaged.length === 0;
    this.notExamined([], errorsOfRows(damaged));
    this.#close(isComplete ? 'complete' : 'incomplete', finishedAt, stats);
  }

  fail(error: unknown, finishedAt: string, stats: DirectoryStats): void {
    this.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
    this.#close('failed', finishedAt, stats);
  }

  /** Reports the objects that were set aside among the errors too: alerts and reports show these. */
  #reportUndetermined(): void {
    const { undetermined } = this.scan;
    if (undetermined.length === 0) return;
    const named = undetermined
      .slice(0, namedObjects)
      .map(({ objectId, property }) => `${objectId || 'no id'} (${property})`);
    const more = undetermined.length > named.length ? `, and ${undetermined.length - named.length} more` : '';
    const message = `Graph returned ${quantity(undetermined.length, 'object')} with an undocumented property value: ${named.join(', ')}${more}. The scan did not examine these objects and left their findings unchanged. Check the named property of each object in the Entra admin center.`;
    this.notExamined([], [{ code: 'graph-malformed', message }]);
  }

  #close(status: Scan['status'], finishedAt: string, stats: DirectoryStats): void {
    const { pages, requests, retries } = stats;
    this.stats = stats;
    this.#reportUndetermined();
    Object.assign(this.scan, { status, finishedAt, pages, requests, retries });
    const states = new Map<string, State>(this.#changed);
    for (const entry of this.#stored?.entries() ?? []) if (!states.has(entry.id)) states.set(entry.id, entry);
    const open = noCounts();
    for (const { status: state, severity, appearedAt } of states.values()) {
      if (state === 'suppressed') this.scan.findings.suppressed += 1;
      if (state !== 'open') continue;
      this.scan.findings[appearedAt >= this.scan.since ? 'new' : 'open'] += 1;
      open[severity] += 1;
    }
    this.scan.bySeverity = { open, resolved: this.#resolved };
  }
}

function noCounts(): Record<Severity, number> {
  return { low: 0, medium: 0, high: 0, critical: 0 };
}

/** The number of damaged rows that the error names. */
const namedRows = 5;

function errorsOfRows(damaged: readonly DamagedFinding[]): ScanError[] {
  const isNewer = ({ code }: DamagedFinding) => code === 'storage-newer';
  const [newer, others] = [damaged.filter(isNewer), damaged.filter((one) => !isNewer(one))];
  return [...(newer.length > 0 ? [newerRows(newer)] : []), ...(others.length > 0 ? [damagedRows(others)] : [])];
}

function newerRows(newer: readonly DamagedFinding[]): ScanError {
  const ids = newer.slice(0, namedRows).map(({ id, ruleId }) => `${id} of ${ruleId}`);
  const more = newer.length > namedRows ? ` and ${newer.length - namedRows} more` : '';
  return {
    code: 'storage-newer',
    message: `A newer version of Consentinel wrote the row of ${quantity(newer.length, 'finding')}: ${ids.join(', ')}${more}. The scan left it unchanged. Upgrade this program to that version. If no newer version was installed, something else wrote the row: delete it.`,
  };
}

function damagedRows(damaged: readonly DamagedFinding[]): ScanError {
  const rows = damaged.slice(0, namedRows).map(({ id, ruleId, property }) => `${id} of ${ruleId} (${property})`);
  const more = damaged.length > namedRows ? ` and ${damaged.length - namedRows} more` : '';
  return {
    code: 'storage-malformed',
    message: `The stored row of ${quantity(damaged.length, 'finding')} is damaged: ${rows.join(', ')}${more}. The scan left it unchanged. Restore or delete the row. The next scan writes the finding again.`,
  };
}
