import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Command } from './worker.js';

/** The result of a command; `killed` if its process was killed before it answered, `hung` if it did not end. */
export type Result = Answer | { readonly ok: false; readonly code: 'killed' | 'hung'; readonly message: string };

/** A command that does not end within this time hangs. */
const watchdogMilliseconds = 120_000;

/** The process in which the product runs. It is started when it is needed, and again after it was killed. */
export class Product {
  #child: ChildProcess | undefined;
  /** Milliseconds between the real time and the clock of the process. */
  #offset = 0;

  /**
   * @param entry the bundle of the worker
   * @param settings the environment variables of the product
   */
  constructor(
    private readonly entry: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * Sets the clock of the process.
   * @param restart starts the process again: one that measured the difference to Graph's clock would use it until the next
   * answer
   */
  async setClock(offset: number, restart: boolean): Promise<void> {
    this.#offset = offset;
    if (restart) await this.kill();
    else if (this.#child) await this.#send(this.#child, { do: 'clock', offset });
  }

  /** Executes a command. */
  async execute(command: Command): Promise<Result> {
    return this.#send(await this.#process(), command);
  }

  /** Kills the process at once, as an operating system does that has no memory left. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async #process(): Promise<ChildProcess> {
    if (this.#child) return this.#child;
    const { PATH, HOME } = process.env;
    const child = fork(this.entry, ['worker'], { env: { PATH, HOME, ...this.settings }, execArgv: [] });
    this.#child = child;
    await this.#send(child, { do: 'clock', offset: this.#offset });
    return child;
  }

  async #send(child: ChildProcess, command: Command): Promise<Result> {
    const stop = new AbortController();
    const { signal } = stop;
    const answered = once(child, 'message', { signal }).then(([answer]) => answer as Answer);
    const exited = once(child, 'exit', { signal }).then(
      ([code]): Result => ({ ok: false, code: 'killed', message: `The process ended with ${code}.` }),
    );
    const hung = wait(watchdogMilliseconds, undefined, { signal }).then(
      (): Result => ({ ok: false, code: 'hung', message: `The command ${command.do} did not end.` }),
    );
    for (const ending of [answered, exited, hung]) ending.catch(() => {});
    child.send(command);
    try {
      return await Promise.race([answered, exited, hung]);
    } finally {
      stop.abort();
    }
  }
}
