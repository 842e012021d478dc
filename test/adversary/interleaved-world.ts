import type { Directory, Outbox, Remediator } from '../../src/jobs/ports/index.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import type { RemediationContext } from '../../src/jobs/remediation/remediation-context.js';
import type { KeyCredential } from '../../src/model/entra/app.js';
import { ConsentinelError, codeOf } from '../../src/model/errors.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { judgeApp } from '../../src/model/finding/judge.js';
import { transition } from '../../src/model/finding/transition.js';
import type { GraphWrite } from '../../src/model/remediation/graph-write.js';
import { propose } from '../../src/model/remediation/remediation.js';
import type { AppRule } from '../../src/model/rule/rule.js';
import { rule } from '../../src/rules/no-symmetric-signing-key/rule.js';
import { aKey, anApp, aSymmetricSigningKey, caseTenant } from '../../src/rules/testing/cases.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { TablePauseStore } from '../../src/storage/pause-store.js';
import { TableRemediatorState } from '../../src/storage/remediator-state.js';
import { MemoryTable } from '../support/memory-table.js';
import { aSigner } from '../support/signing.js';
import { type Actor, Turns } from '../support/turns.js';

/** One request to Graph. */
export interface Sent {
  /** Milliseconds. */
  readonly at: number;
  readonly objectId: string;
  /** The number of the execution: one call of `executeRemediation`. */
  readonly execution: number;
  readonly changed: boolean;
}

const tenant = { id: caseTenant.id, displayName: 'Woodgrove' };
const workers = 8;
export const limit = 3;
const names = ['A', 'B', 'C', 'D', 'E', 'never approved'];
const unapproved = names.length - 1;
const signing = aSigner();
/** The attacker's own key. */
const forging = aSigner();

/** A tenant with plans, their approvals, an attacker who writes to tables and queues, and workers that are killed. */
export class InterleavedWorld {
  readonly data = new MemoryTable();
  readonly state = new MemoryTable();
  readonly sent: Sent[] = [];
  /** The approvals of each finding, by its object id. */
  readonly approvals = new Map<string, number>();
  /** How often the attacker tried to store an approval that the web app did not sign. */
  forgedApprovals = 0;
  readonly #turns: Turns;
  readonly #objects = new Map<string, { readonly name: string; keys: readonly KeyCredential[] }>();
  readonly #queue: { readonly message: unknown; readonly tries: number }[] = [];
  /** Rows as they were right after an approval: the attacker writes them again. */
  readonly #approvedRows: Parameters<MemoryTable['overwrite']>[0][] = [];
  readonly #actors: Actor[] = [];
  #findings: Finding[] = [];
  #executions = 0;
  #kills = 0;
  #now = Date.parse('2026-11-26T02:00:00.000Z');

  /** @param random a number from 0 to below 1 */
  constructor(private readonly random: () => number) {
    this.#turns = new Turns(random);
  }

  get objectIds(): string[] {
    return this.#findings.map(({ objectId }) => objectId);
  }

  /** The object that nobody approved a plan for. */
  get unapprovedObject(): string {
    return this.#findings[unapproved]?.objectId ?? '';
  }

  /** Runs one interleaving to its end. */
  async run(): Promise<void> {
    await this.#prepare();
    for (let worker = 0; worker < workers; worker += 1) this.#startWorker();
    await this.#turns.run(() => this.#between());
  }

  store(turn: () => Promise<void> = async () => {}): TableFindingStore {
    return new TableFindingStore(this.data.client(turn), { ruleIds: [rule.id] });
  }

  async #prepare(): Promise<void> {
    const store = this.store();
    const at = this.#iso();
    for (const name of names) {
      const keys = [aSymmetricSigningKey(name), aKey(`${name} client`)];
      const app = anApp(name, { application: { keyCredentials: keys } });
      this.#objects.set(app.appId, { name, keys });
      const judged = judgeApp([rule as unknown as AppRule], app as never, { ...tenant, observedAt: at } as never);
      for (const { observed } of judged) {
        const next = transition(undefined, { violated: true, observed }, { at, scanId: 'scan', author: 'scan:scan' });
        const subject = (await this.#read([app.appId])).get(app.appId);
        const remedy = rule.remedy?.plan({ ...observed }, subject as never, tenant as never);
        if (!next || !remedy || !('plan' in remedy)) throw new Error('There is no plan.');
        const finding = { ...next.finding, remediation: propose(observed.id, remedy.plan, at) };
        await store.commit([{ finding, etag: undefined, events: next.events }]);
        this.#findings.push(finding);
      }
    }
    for (const finding of this.#findings.slice(0, unapproved)) await this.#approve(finding);
    for (let forged = 0; forged < 6; forged += 1) this.#queue.push({ message: this.#forgedMessage(), tries: 0 });
  }

  async #approve(finding: Finding): Promise<void> {
    const { id: findingId, objectId } = finding;
    // The legitimate approval is counted first: a worker may execute it at once.
    this.approvals.set(objectId, (this.approvals.get(objectId) ?? 0) + 1);
    if (await this.#decide(finding, signing))
      this.#approvedRows.push(this.data.get(`${tenant.id}_${rule.id}`, `finding_${findingId}`));
    else this.approvals.set(objectId, (this.approvals.get(objectId) ?? 0) - 1);
  }

  /** The attacker writes a complete approval with its event: signed with another key, or without a signature. */
  async #forgeApproval(): Promise<void> {
    const finding = this.#findings[unapproved];
    if (!finding || this.forgedApprovals >= workers) return;
    this.forgedApprovals += 1;
    const unsigned: typeof forging.signer = {
      sign: async (statement) => ({ statement, keyId: 'test', signature: '' }),
    };
    const signer = this.random() < 0.5 ? unsigned : forging.signer;
    await this.#decide(finding, { signer, verifier: { rejectionOf: () => undefined } });
  }

  async #decide({ id: findingId }: Finding, keys: typeof signing): Promise<boolean> {
    const outbox = {
      send: async (_queue: string, message: unknown) => {
        this.#queue.push({ message, tries: 0 }, { message, tries: 0 });
      },
    } as unknown as Outbox;
    const approvalPolicy = { required: 1, owners: {} };
    const clock = { now: () => this.#iso() };
    const decisions = { findings: this.store(), outbox, clock, approvalTtlDays: 7, approvalPolicy, ...keys };
    const decided = await approve(decisions as never, {
      tenantId: tenant.id,
      findingId,
      author: 'ada@example.com',
      acknowledgeWarnings: true,
    }).catch(() => undefined);
    return decided !== undefined;
  }

  #startWorker(): void {
    const actor: Actor = { stopped: false };
    const name = `worker ${this.#actors.push(actor)}`;
    this.#turns.start(actor, async () => {
      for (let next = this.#take(); next; next = this.#take()) {
        await this.#turns.turn(actor);
        await this.#execute(actor, name, next);
      }
    });
  }

  #take() {
    const at = Math.floor(this.random() * this.#queue.length);
    return this.#queue.splice(at, 1)[0];
  }

  /** The queue delivers a message again if the worker fails, or is killed. */
  async #execute(actor: Actor, owner: string, { message, tries }: { message: unknown; tries: number }): Promise<void> {
    const again = { message, tries: tries + 1 };
    this.#inFlight.set(actor, again);
    this.#executions += 1;
    const context = this.#contextOf(actor, owner, this.#executions);
    try {
      const { status } = await executeRemediation(context, message);
      if (status === 'postponed' && tries < 5) this.#queue.push(again);
    } catch (error) {
      if (codeOf(error) === 'defect') throw error;
      if (codeOf(error) !== 'usage-invalid' && tries < 5) this.#queue.push(again);
    } finally {
      this.#inFlight.delete(actor);
    }
  }

  readonly #inFlight = new Map<Actor, { message: unknown; tries: number }>();

  #contextOf(actor: Actor, owner: string, execution: number): RemediationContext {
    const turn = () => this.#turns.turn(actor);
    const clock = {
      now: () => this.#iso(),
      wait: async (milliseconds: number) => {
        const until = this.#now + milliseconds;
        await turn();
        this.#now = Math.max(this.#now, until);
      },
    };
    const directory = {
      freshApps: async (appIds: readonly string[]) => {
        await turn();
        if (this.random() < 0.02) throw new ConsentinelError('graph-unavailable', 'Graph does not answer.');
        return this.#read(appIds);
      },
    } as unknown as Directory;
    const remediator: Remediator = {
      prepare: turn,
      roles: async () => undefined,
      send: async (request) => {
        const answer = this.#answer(request, execution);
        await turn();
        return answer();
      },
    };
    const context = {
      directory,
      findings: this.store(turn),
      clock,
      rules: [rule],
      tenant,
      remediator,
      remedyOptions: { adminConsentReviewers: [] },
      patience: { agreeing: 2, firstMilliseconds: 1000, longestMilliseconds: 30_000, totalMilliseconds: 40_000 },
      owner,
      limits: { maxPerRun: limit },
      state: new TableRemediatorState(this.state.client(turn), () => 0),
      pauses: new TablePauseStore(this.data.client(turn)),
      verifier: signing.verifier,
      approvalPolicy: { required: 1, owners: {} },
    };
    return context as unknown as RemediationContext;
  }

  /** The request takes effect at once or never; the answer comes a turn later, or is lost. */
  #answer({ path, body }: GraphWrite, execution: number): () => string {
    const fate = this.random();
    const takesEffect = fate < 0.8;
    const objectId = path.split('/').at(-1) ?? '';
    const appId = this.#findings.find((finding) => finding.objectId === objectId)?.appId ?? '';
    const object = this.#objects.get(appId);
    const kept = new Set((body.keyCredentials as readonly KeyCredential[]).map(({ keyId }) => keyId));
    const after = object?.keys.filter(({ keyId }) => kept.has(keyId)) ?? [];
    const changed = takesEffect && after.length !== object?.keys.length;
    this.sent.push({ at: this.#now, objectId, execution, changed });
    if (object && takesEffect) object.keys = after;
    return () => {
      if (fate < 0.7) return `request ${this.sent.length}`;
      if (fate < 0.9) throw new ConsentinelError('graph-unavailable', 'The answer was lost.');
      throw new ConsentinelError('graph-rejected', 'Graph rejected it.');
    };
  }

  async #read(appIds: readonly string[]) {
    return new Map(
      appIds.map((appId) => {
        const { name, keys } = this.#objects.get(appId) ?? { name: '', keys: [] };
        const { application, servicePrincipal } = anApp(name, { application: { keyCredentials: keys } });
        return [
          appId,
          {
            app: { appId, application: application ?? undefined, servicePrincipal: servicePrincipal ?? undefined },
            facts: { claimsMappingPolicies: 0, deletedServicePrincipal: false },
          },
        ];
      }),
    ) as unknown as Awaited<ReturnType<Directory['freshApps']>>;
  }

  /** What happens while workers run: time passes, workers die, people and an attacker write. */
  #between(): void {
    // Half a second for each step of any worker: an attempt then has time for its steps before it counts as late.
    this.#now += Math.floor(this.random() * 1000);
    const event = this.random();
    if (event < 0.002) this.#now += Math.floor(this.random() * 30 * 60_000);
    else if (event < 0.007) this.#kill();
    else if (event < 0.012) this.#queue.push({ message: this.#forgedMessage(), tries: 0 });
    else if (event < 0.016) this.#replayRow();
    else if (event < 0.02) this.#addKey();
    else if (event < 0.03) void this.#approveAgain();
    else if (event < 0.04) void this.#forgeApproval();
  }

  #kill(): void {
    const alive = this.#actors.filter((actor) => this.#inFlight.has(actor) && !actor.stopped);
    const actor = alive[Math.floor(this.random() * alive.length)];
    if (!actor || this.#kills >= workers) return;
    this.#kills += 1;
    const message = this.#inFlight.get(actor);
    this.#turns.stop(actor);
    if (message) this.#queue.push(message);
    this.#startWorker();
  }

  #forgedMessage(): unknown {
    const finding = this.#findings[Math.floor(this.random() * this.#findings.length)] as Finding;
    const real = messageFor(finding, finding.remediation as never);
    const forged = [
      real,
      { ...real, remediationId: '0123456789abcdef' },
      { ...real, findingId: 'fedcba9876543210' },
      { ...real, tenantId: '11111111-2222-4333-8444-555555555555' },
      { what: 'ever' },
      'text',
    ];
    return forged[Math.floor(this.random() * forged.length)];
  }

  /** The attacker restores the row of an approval that was used, and delivers its message again. */
  #replayRow(): void {
    const row = this.#approvedRows[Math.floor(this.random() * this.#approvedRows.length)];
    if (!row) return;
    this.data.overwrite(row);
    const finding = this.#findings.find(({ id }) => row.rowKey.endsWith(id));
    if (finding) this.#queue.push({ message: messageFor(finding, finding.remediation as never), tries: 0 });
  }

  /** An administrator adds a certificate. */
  #addKey(): void {
    const object = [...this.#objects.values()][Math.floor(this.random() * this.#objects.size)];
    if (object) object.keys = [...object.keys, aKey(`${object.name} ${object.keys.length} ${this.#now}`)];
  }

  async #approveAgain(): Promise<void> {
    const finding = this.#findings[Math.floor(this.random() * unapproved)];
    if (finding) await this.#approve(finding);
  }

  #iso(): string {
    return new Date(this.#now).toISOString();
  }
}
