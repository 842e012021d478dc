import { setImmediate } from 'node:timers/promises';
import { judgeApp, type WholeApp } from '../../model/finding/judge.js';
import type { AppRule } from '../../model/rule/rule.js';
import type { GrantReading } from '../../model/tenant/grant-reading.js';
import { GrantIndex } from '../../model/tenant/grants.js';
import { GrantsSoFar } from '../../model/tenant/grants-so-far.js';
import type { WalkedTenant } from '../tenant/load-tenant.js';
import type { Half, PossiblyPartialApp } from '../tenant/missing-halves.js';

/** Whole apps take about 3 kB each. With more, the walk waits for further grants. */
const mostWaiting = 3_000;
/** The waiting apps are judged again after so many pages of grants, and less often in a long listing. */
const pagesBetween = 4;
const growth = 1 / 8;
/** After so many, pages of grants that have arrived are taken, and the next one is requested. */
const appsPerTurn = 200;

/** What the walk does with apps. */
export interface Judging {
  /** The rules whose parts of the tenant could be read, as far as known before all grants are. */
  readonly rules: readonly AppRule[];
  readonly hasFindingsOn: (app: WholeApp) => boolean;
  /** Waits for a page of grants. */
  readonly wait: (forPage: () => Promise<void>) => Promise<void>;
  /** Waits for all grants. Then `judge` is called. */
  readonly grantsRead: () => Promise<void>;
  readonly judge: (app: WholeApp, unsureOf: Half | undefined) => Promise<void> | void;
}

/**
 * Judges apps while the grants of the tenant are still being read: these are one long chain of pages, and the apps arrive
 * earlier.
 *
 * An app complies for certain if its rules find no violation and every grant that they check was there. It is not
 * kept. The others wait: they are judged again with further grants, and finally with all of them.
 */
export class WaitingApps {
  #waiting: PossiblyPartialApp[] = [];
  #pagesJudged = 0;
  #isEnded = false;
  readonly #soFar: GrantsSoFar;
  readonly #tenant: WalkedTenant;

  /** @param reading undefined if no rule needs the grants, or they are in the tenant */
  constructor(
    private readonly judging: Judging,
    tenant: WalkedTenant,
    private readonly reading: GrantReading | undefined,
  ) {
    this.#soFar = new GrantsSoFar(reading?.soFar ?? new GrantIndex());
    this.#tenant = Object.assign({ ...tenant }, { grants: this.#soFar });
  }

  /** Judges an app, now or later. Returns a promise only if there is something to wait for. */
  judge(app: WholeApp, unsureOf?: Half): Promise<void> | void {
    if (this.#isEnded) return this.judging.judge(app, unsureOf);
    if (this.#complies(app)) return;
    this.#waiting.push({ app, unsureOf });
    if (this.#waiting.length >= mostWaiting) return this.#makeRoom();
  }

  /** Judges those that wait, if all grants are read. */
  async endIfRead(): Promise<void> {
    if (!this.#isEnded && (this.reading?.hasEnded ?? true)) await this.#end();
  }

  /** Waits for all grants, and judges those that wait. */
  async end(): Promise<void> {
    while (!this.#isEnded) await this.#grow();
  }

  async #makeRoom(): Promise<void> {
    while (!this.#isEnded && this.#waiting.length >= mostWaiting) await this.#grow();
  }

  /** Waits for further grants. */
  async #grow(): Promise<void> {
    const { reading } = this;
    if (!reading || reading.hasEnded) return this.#end();
    await this.judging.wait(() => reading.next());
    const judged = this.#pagesJudged;
    if (reading.hasEnded || reading.pages < judged + Math.min(judged, Math.max(pagesBetween, judged * growth))) return;
    this.#pagesJudged = reading.pages;
    await this.#judgeAgain();
  }

  async #judgeAgain(): Promise<void> {
    const before = this.#waiting.splice(0);
    for (let at = 0; at < before.length; at += appsPerTurn) {
      for (const one of before.slice(at, at + appsPerTurn)) if (!this.#complies(one.app)) this.#waiting.push(one);
      await setImmediate();
    }
  }

  async #end(): Promise<void> {
    await this.judging.grantsRead();
    this.#isEnded = true;
    for (const { app, unsureOf } of this.#waiting.splice(0)) await this.judging.judge(app, unsureOf);
  }

  /** Whether the app complies, whatever grants follow, and no finding on it can end. */
  #complies(app: WholeApp): boolean {
    if (this.judging.hasFindingsOn(app)) return false;
    this.#soFar.mayChange = false;
    return judgeApp(this.judging.rules, app, this.#tenant).length === 0 && !this.#soFar.mayChange;
  }
}
