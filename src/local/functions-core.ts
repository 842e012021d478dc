import { Module } from 'node:module';

/** A registered function. */
export interface RegisteredFunction {
  readonly metadata: {
    readonly name: string;
    readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown> & { type: string }>>>;
    readonly retryOptions?: unknown;
  };
  readonly callback: (...args: unknown[]) => unknown;
}

/** The result of an invocation: `levels` has the level of each line in `logs`. */
export type Invocation =
  | { readonly ok: true; readonly logs: string[]; readonly levels: string[]; readonly http?: HttpAnswer }
  | { readonly ok: false; readonly error: unknown; readonly logs: string[]; readonly levels: string[] };

/** The HTTP response of a function with an HTTP trigger. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The data of a trigger in the host's format. */
export type TriggerData =
  | { readonly string: string }
  | { readonly json: string }
  | { readonly http: { readonly method: string; readonly url: string } };

interface Returned {
  readonly returnValue?: {
    readonly http?: {
      readonly statusCode: string;
      readonly headers: Record<string, string>;
      readonly body?: { readonly bytes?: Uint8Array };
    };
  };
}

interface ProgrammingModel {
  getInvocationModel(core: unknown): Promise<{
    getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
    invokeFunction(context: unknown, inputs: unknown[], callback: unknown): Promise<unknown>;
    getResponse(context: unknown, result: unknown): Promise<Returned>;
  }>;
}

/**
 * Replaces `@azure/functions-core`, a module that exists only in the Functions worker. With it, the real
 * `@azure/functions` registers functions in this process, and converts triggers and arguments as in Azure.
 */
export class FunctionsCore {
  readonly version = '3.0.0';
  readonly hostVersion = '4.1037.0';
  readonly functions = new Map<string, RegisteredFunction>();
  readonly Disposable = class {
    constructor(readonly dispose: () => void) {}
  };
  readonly #hooks = new Set<{ name: string; callback: (context: object) => unknown }>();
  #model: ProgrammingModel | undefined;

  log(): void {}
  setProgrammingModel(model: ProgrammingModel): void {
    this.#model = model;
  }
  getProgrammingModel(): ProgrammingModel | undefined {
    return this.#model;
  }
  registerHook(name: string, callback: (context: object) => unknown) {
    const hook = { name, callback };
    this.#hooks.add(hook);
    return new this.Disposable(() => this.#hooks.delete(hook));
  }
  registerFunction(metadata: RegisteredFunction['metadata'], callback: RegisteredFunction['callback']) {
    if (this.functions.has(metadata.name)) throw new Error(`A function named ${metadata.name} is already registered.`);
    this.functions.set(metadata.name, { metadata, callback });
    return new this.Disposable(() => this.functions.delete(metadata.name));
  }

  /** Runs the hooks that the worker runs before it ends. The worker waits for them up to five seconds. */
  async terminate(): Promise<void> {
    for (const { name, callback } of this.#hooks) if (name === 'appTerminate') await callback({});
  }

  /**
   * Runs a function as the host does, with the InvocationContext of the library.
   * @param metadata of the trigger, for example `{ dequeueCount: '2' }` of a queue
   * @throws Error for an unknown name; an error of the function is part of the result
   */
  async invoke(name: string, data: TriggerData, metadata: Readonly<Record<string, string>> = {}): Promise<Invocation> {
    const registered = this.functions.get(name);
    if (!registered || !this.#model) throw new Error(`No function has the name ${name}.`);
    const logs: string[] = [];
    const levels: string[] = [];
    const trigger = Object.entries(registered.metadata.bindings).find(([, { type }]) => /trigger$/i.test(type));
    const invocation = await this.#model.getInvocationModel({
      invocationId: `${name}-${this.functions.size}`,
      metadata: registered.metadata,
      request: {
        invocationId: name,
        functionId: name,
        inputData: [{ name: trigger?.[0], data }],
        triggerMetadata: Object.fromEntries(Object.entries(metadata).map(([key, string]) => [key, { string }])),
      },
      log: (level: string, _category: string, message: string) => {
        logs.push(message);
        levels.push(level);
      },
    });
    const { context, inputs } = await invocation.getArguments();
    const ended = await invocation.invokeFunction(context, inputs, registered.callback).then(
      async (result) =>
        ({ ok: true, logs, levels, ...answerOf(await invocation.getResponse(context, result)) }) as const,
      (error: unknown) => ({ ok: false, error, logs, levels }) as const,
    );
    // The worker runs these hooks before it reports the result to the host, also after a failure.
    for (const { name, callback } of this.#hooks)
      if (name === 'postInvocation') await callback({ invocationContext: context, inputs });
    return ended;
  }
}

function answerOf({ returnValue }: Returned): { http?: HttpAnswer } {
  const http = returnValue?.http;
  if (!http) return {};
  const body = Buffer.from(http.body?.bytes ?? []).toString('utf8');
  return { http: { status: Number(http.statusCode), headers: http.headers, body } };
}

/** Makes `require('@azure/functions-core')` return the replacement. Call it before the functions are loaded. */
export function installFunctionsCore(): FunctionsCore {
  const core = new FunctionsCore();
  const original = Module.prototype.require;
  // The worker provides its module in the same way.
  Module.prototype.require = function (this: unknown, id: string) {
    return id === '@azure/functions-core' ? core : original.call(this as NodeJS.Module, id);
  } as typeof original;
  return core;
}
