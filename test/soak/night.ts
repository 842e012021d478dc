import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import type { TableFindingStore } from '../../src/storage/finding-store.js';
import type { FaultProxy } from '../support/fault-proxy.js';
import {
  afterExecution,
  afterScan,
  describe,
  type Expected,
  isAs,
  type Key,
  keyOf,
  stateOf,
  withoutPlan,
} from './oracle.js';
import type { Product } from './product.js';
import { Random } from './random.js';
import type { Violation } from './specimen.js';
import { callsOf, calm, executeIn, randomWeather, type Weather } from './weather.js';
import type { World } from './world.js';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000] as const;
/** The setting APPROVAL_TTL_DAYS. */
export const approvalDays = 2;
/** An approval that expires in this time may or may not have expired for the product. */
const inexact = 10 * minute;

/** A difference of the clocks that the product tolerates. */
const tolerated = 5 * minute;

/** What the nights of one soak test share. */
export interface Surroundings {
  readonly seed: number;
  readonly world: World;
  readonly product: Product;
  readonly proxy: FaultProxy;
  /** Reads the tables without the proxy. */
  readonly store: TableFindingStore;
  readonly expected: Map<Key, Expected>;
  /** How far the local clock of the product is ahead, in milliseconds. */
  skew: number;
  log(line: string): void;
}

/** A finding of one step, with the states that it may have. */
type Allowed = (
  key: Key,
  before: Expected | undefined,
  violation: Violation | undefined,
) => readonly (Expected | undefined)[];

/** One night: changes of the tenant, a scan, decisions, and their execution; after each step the findings are compared. */
export class Night {
  readonly #random: Random;
  readonly #problems: string[] = [];

  constructor(
    private readonly of: Surroundings,
    private readonly number: number,
    private readonly isLast: boolean,
  ) {
    this.#random = new Random(`${of.seed} night ${number}`);
  }

  /** @returns what is wrong, one line for each finding; empty if everything is as the oracle expects */
  async run(): Promise<string[]> {
    const { world, log } = this.of;
    world.pass(day + this.#random.between(-3, 3) * hour);
    const skew = this.#randomSkew();
    await this.#setClock(skew);
    log(`night ${this.number}, ${world.now()}, local clock ${Math.round(skew / 1000)} s ahead`);
    for (let changes = this.#random.below(6); changes > 0; changes -= 1) log(`  ${world.change(this.#random)}`);
    await this.#scans(this.number === 1 ? calm : this.#weather(), skew);
    await this.#setClock(0);
    for (let decisions = this.#random.below(5); decisions > 0; decisions -= 1) await this.#decide();
    if (this.#random.chance(0.6)) await this.#remediate();
    await this.#verify();
    return this.#problems;
  }

  /** The scan of the night. If it is not complete, in some nights the queue delivers it again, and another one follows. */
  async #scans(weather: Weather, skew: number): Promise<void> {
    const first = await this.#scan(weather, this.#scanId());
    const repeats = this.isLast || this.#random.chance(0.5);
    const delivered = !first.ended && this.#random.chance(0.5);
    if (first.complete || !repeats) return;
    for (const scanId of [...(delivered ? [first.scanId] : []), undefined]) {
      // Longer than a lease. The lease of a killed process is not valid.
      this.of.world.pass(first.killed ? second : 3 * minute);
      await this.#setClock(skew);
      if ((await this.#scan(calm, scanId ?? this.#scanId())).complete) return;
      if (!scanId) this.#problems.push('An undisturbed scan is not complete.');
    }
  }

  #scanId(): string {
    return `soak-${this.number}-${this.of.world.now().replace(/\D/g, '')}`;
  }

  /** How far the local clock is ahead of Graph's, in milliseconds. Beyond five minutes the product uses Graph's. */
  #randomSkew(): number {
    const [kind, part] = [this.#random.next(), this.#random.between(-1, 1)];
    if (kind < 0.6) return 0;
    return kind < 0.8 ? part * 4 * minute : part * 60 * day;
  }

  #weather(): Weather {
    const { world, proxy } = this.of;
    return randomWeather(this.#random, callsOf(world.simulator, proxy), world.specimens);
  }

  async #setClock(skew: number): Promise<void> {
    const { product, world } = this.of;
    await product.setClock(world.offset + skew, Math.abs(skew - this.of.skew) > tolerated);
    this.of.skew = skew;
  }

  async #scan(weather: Weather, scanId: string) {
    const { world, log } = this.of;
    const at = world.now();
    const result = await executeIn(weather, { do: 'scan', scanId }, { ...this.of, simulator: world.simulator });
    const scan = result.ok ? (result.value as Scan) : undefined;
    log(`  scan, ${weather.text}: ${scan ? outcomeOf(scan) : !result.ok && `${result.code}, ${result.message}`}`);
    this.#mayEndBy(weather, result);
    const complete = scan?.status === 'complete';
    const setAside = scan && this.#setAside(weather, scan);
    const stored = await this.#compare('scan', (key, before, violation) => {
      const after = afterScan(before, violation, at);
      if (setAside?.some((id) => key.includes(id))) return [before];
      if (complete || setAside) return before?.interrupted ? [after, after && { ...after, plan: 'applied' }] : [after];
      return [after, before, withoutPlan(before, after)];
    });
    if (complete) this.#compareCounts(scan, stored);
    return { scanId, complete, ended: scan !== undefined, killed: !result.ok && result.code === 'killed' };
  }

  /** The ids of the objects of an app that Graph misrepresents; undefined without a misrepresented app. */
  #setAside({ malformed }: Weather, { status, undetermined }: Scan): readonly string[] | undefined {
    if (!malformed) return undefined;
    if (status !== 'incomplete' || !undetermined.some(({ objectId }) => objectId === malformed.id))
      this.#problems.push(`The scan is ${status} and does not name the malformed object ${malformed.id}.`);
    const ids = this.of.world.specimens.map(({ applicationId, servicePrincipalId }) => [
      applicationId,
      servicePrincipalId,
    ]);
    return ids.find((both) => both.includes(malformed.id));
  }

  async #decide(): Promise<void> {
    const { world, expected, log } = this.of;
    const open = [...expected].filter(
      ([, { status, plan, interrupted }]) => status === 'open' && !(plan === 'approved' && interrupted),
    );
    if (open.length === 0) return;
    const [key, before] = this.#random.pick(open.sort(([a], [b]) => a.localeCompare(b)));
    const choices = [
      ...(before.plan && before.plan !== 'approved' ? (['approve', 'approve', 'approve'] as const) : []),
      ...(before.plan && before.plan !== 'rejected' ? (['reject'] as const) : []),
      ...(before.plan !== 'approved' ? (['suppress'] as const) : []),
    ];
    if (choices.length === 0) return;
    const what = this.#random.pick(choices);
    const now = Date.parse(world.now());
    const until = new Date(now + (this.#random.below(5) + 0.5) * day).toISOString();
    const finding = (await this.#stored()).get(key);
    const subject = { tenantId: world.tenant.id, findingId: finding?.id ?? '' };
    const after: Expected = {
      approve: { ...before, plan: 'approved', approvalExpiresAt: new Date(now + approvalDays * day).toISOString() },
      reject: { ...before, plan: 'rejected', approvalExpiresAt: undefined },
      suppress: { ...before, status: 'suppressed' as const, suppressedUntil: until },
    }[what];
    const weather = this.#random.chance(0.2) ? this.#weather() : calm;
    const command = what === 'suppress' ? ({ do: what, ...subject, until } as const) : { do: what, ...subject };
    const result = await executeIn(weather, command, { ...this.of, simulator: world.simulator });
    log(`  ${what} ${key}, ${weather.text}: ${result.ok ? 'done' : `${result.code}, ${result.message}`}`);
    this.#mayEndBy(weather, result);
    if (weather === calm && !result.ok) this.#problems.push(`The decision to ${what} ${key} failed: ${result.message}`);
    await this.#compare(what, (one, same) => (one !== key ? [same] : result.ok ? [after] : [after, before]));
  }

  async #remediate(): Promise<void> {
    const { world, expected, log } = this.of;
    const [at, soon] = [world.now(), new Date(Date.parse(world.now()) + inexact).toISOString()];
    const earlier = new Date(Date.parse(at) - inexact).toISOString();
    const violations = this.#violations();
    const weather = this.#random.chance(0.4) ? this.#weather() : calm;
    const result = await executeIn(weather, { do: 'remediate' }, { ...this.of, simulator: world.simulator });
    log(
      `  remediate, ${weather.text}: ${result.ok ? JSON.stringify(result.value) : `${result.code}, ${result.message}`}`,
    );
    this.#mayEndBy(weather, result);
    if (weather === calm && !result.ok) this.#problems.push(`An undisturbed execution failed: ${result.message}`);
    const now = this.#violations();
    for (const key of violations.keys())
      if (!now.has(key) && expected.get(key)?.plan !== 'approved')
        this.#problems.push(`The product changed ${key} without an approval.`);
    const stopped = !result.ok || (result.value as { left: number }).left > 0;
    await this.#compare('remediate', (key, before, violation) => {
      if (before?.plan !== 'approved' || before.status === 'resolved') return [before];
      const usual = [earlier, soon].flatMap((time) => afterExecution(before, violations.get(key), time));
      if (weather === calm && !stopped) return usual;
      const applied = violation ? [] : [...afterExecution({ ...before, interrupted: true }, undefined, at)];
      return [...usual, before, ...applied, { ...before, plan: 'failed' }];
    });
  }

  /** Compares the stored findings with the expected ones, and remembers what is stored. */
  async #compare(step: string, allowed: Allowed): Promise<ReadonlyMap<Key, Finding>> {
    const { expected, world } = this.of;
    const violations = this.#violations();
    const stored = await this.#stored();
    for (const key of new Set([...expected.keys(), ...violations.keys(), ...stored.keys()])) {
      const [before, finding, violation] = [expected.get(key), stored.get(key), violations.get(key)];
      const states = allowed(key, before, violation);
      const found = states.find((state) => isAs(finding && stateOf(finding), state));
      if (states.length > 0 && !found && !(finding === undefined && states.includes(undefined))) {
        const wanted = [...new Set(states.map(describe))].join(' or ');
        this.#problems.push(`after ${step}: ${key} is ${describe(finding && stateOf(finding))}, expected ${wanted}`);
      }
      if (!finding) continue;
      if (Date.parse(finding.changedAt) > Date.parse(world.now()) + tolerated)
        this.#problems.push(`after ${step}: ${key} was changed in the future, at ${finding.changedAt}`);
      const { remediation } = finding;
      const samePlan = remediation?.id !== undefined && remediation.id === before?.planId;
      const guard = samePlan ? before?.guard : violation?.guard;
      if (found && states.length === 1 && found.status === 'open' && found.plan && found.guard !== guard)
        this.#problems.push(`after ${step}: the plan of ${key} was ${samePlan ? 'not made again' : 'made again'}`);
      const interrupted = remediation?.status === 'approved' && remediation.attempt !== undefined;
      const kept = found ?? { ...stateOf(finding), suppressedUntil: finding.suppression?.until };
      expected.set(key, { ...kept, guard, interrupted, planId: remediation?.id });
    }
    return stored;
  }

  /** The counts of a complete scan are those of the stored findings. */
  #compareCounts({ findings: counts }: Scan, stored: ReadonlyMap<Key, Finding>): void {
    const count = (status: Finding['status']) => [...stored.values()].filter((one) => one.status === status).length;
    const [open, suppressed] = [count('open'), count('suppressed')];
    if (counts.new + counts.open !== open || counts.suppressed !== suppressed)
      this.#problems.push(
        `The scan counts ${JSON.stringify(counts)}; stored are ${open} open, ${suppressed} suppressed.`,
      );
  }

  #mayEndBy(
    { kills }: Weather,
    result: { readonly ok: boolean; readonly code?: string; readonly message?: string },
  ): void {
    if (!kills && !result.ok && result.code === 'killed') this.#problems.push(`The process crashed: ${result.message}`);
  }

  async #verify(): Promise<void> {
    const { world, store } = this.of;
    for (const id of world.damagedObjects()) this.#problems.push(`The object ${id} has other keys than before.`);
    for await (const { ruleId, fault } of store.verifyAudit(world.tenant.id))
      if (fault) this.#problems.push(`The audit chain of ${ruleId} is broken: ${fault.kind}, ${fault.summary}`);
  }

  #violations(): Map<Key, Violation> {
    return new Map(this.of.world.violations(this.#random).map((violation) => [keyOf(violation), violation]));
  }

  async #stored(): Promise<Map<Key, Finding>> {
    const { store, world } = this.of;
    const stored = new Map<Key, Finding>();
    for await (const { value } of store.findings(world.tenant.id)) stored.set(keyOf(value), value);
    return stored;
  }
}

function outcomeOf({ status, errors, notExamined }: Scan): string {
  const reasons = [...errors.map(({ message }) => message), ...notExamined.map(({ reason }) => reason)];
  return [status, ...new Set(reasons)].join(', ');
}
