import type { Observed } from '../../model/finding/finding.js';
import { type Severity, severities } from '../../model/rule/violation.js';

/** A finding, as gathering evidence needs it. */
export type NotedFinding = Pick<Observed, 'id' | 'ruleId' | 'on' | 'objectId' | 'key'>;

/** The apps of which a scan gathers evidence at most. What reads it costs five requests per app, in batches. */
export const maxAppsWithEvidence = 200;

/** The findings of one app that are kept. */
const maxFindings = 50;

/**
 * The apps on which a scan has found violations: a bounded number, those with failing sign-ins first and then the most
 * severe ones, so that memory does not grow with the findings of a tenant.
 */
export class AppsWithFindings {
  /** By rank, the least important first. */
  readonly #ranks: readonly Map<string, NotedFinding[]>[] = Array.from(
    { length: 2 * severities.length },
    () => new Map(),
  );
  readonly #tenant: NotedFinding[] = [];
  #leftOut = false;

  /** @param isFailing whether users fail to sign in to an app */
  constructor(private readonly isFailing: (appId: string) => boolean) {}

  /** Whether there were more apps. */
  get leftOut(): boolean {
    return this.#leftOut;
  }

  /** The findings on the tenant itself: a few. */
  get onTenant(): readonly NotedFinding[] {
    return this.#tenant;
  }

  add({ id, ruleId, on, objectId, key, appId, severity }: Observed): void {
    if (!appId) {
      const isNew = on === 'tenant' && !this.#tenant.some((one) => one.id === id);
      if (isNew && this.#tenant.length < maxFindings) this.#tenant.push({ id, ruleId, on, objectId, key });
      return;
    }
    const app = appId.toLowerCase();
    const rank = severities.indexOf(severity) + (this.isFailing(app) ? severities.length : 0);
    const known = this.#ranks.findIndex((apps) => apps.has(app));
    const findings = this.#ranks[known]?.get(app) ?? [];
    if (findings.length < maxFindings && !findings.some((one) => one.id === id))
      findings.push({ id, ruleId, on, objectId, key });
    if (known >= rank) return;
    this.#ranks[known]?.delete(app);
    if (this.#makeRoom(rank)) this.#ranks[rank]?.set(app, findings);
  }

  /**
   * The findings by app, the most important app first.
   * @param least leaves out apps that are less important than one with findings of this severity
   */
  *entries(least?: Severity): Generator<readonly [appId: string, findings: readonly NotedFinding[]]> {
    const from = least === undefined ? 0 : severities.indexOf(least);
    for (const apps of this.#ranks.slice(from).reverse()) yield* apps;
  }

  /** Makes room by leaving out a less important app. @returns whether there is room */
  #makeRoom(rank: number): boolean {
    const count = this.#ranks.reduce((sum, { size }) => sum + size, 0);
    if (count < maxAppsWithEvidence) return true;
    this.#leftOut = true;
    const least = this.#ranks.findIndex(({ size }) => size > 0);
    if (least >= rank) return false;
    const last = [...(this.#ranks[least]?.keys() ?? [])].at(-1);
    if (last !== undefined) this.#ranks[least]?.delete(last);
    return true;
  }
}
