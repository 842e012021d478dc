import { Module } from 'node:module';

/** What the Functions host knows of a registered function. */
export interface RegisteredFunction {
  readonly metadata: {
    readonly name: string;
    readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown> & { type: string }>>>;
    readonly retryOptions?: unknown;
  };
  readonly callback: (...args: unknown[]) => unknown;
}

/** How one invocation ended. */
export type Invocation =
  | { readonly ok: true; readonly logs: string[]; readonly http?: HttpAnswer }
  | { readonly ok: false; readonly error: unknown; readonly logs: string[] };

/** What the host would send to whoever asked a function with an HTTP trigger. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The data of a trigger as the host sends it. */
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
 * Stands in for `@azure/functions-core`, the module that only the Functions worker has. With it the real
 * `@azure/functions` registers functions in this process and converts triggers and arguments as it does in Azure.
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
    if (this.functions.has(metadata.name)) throw new Error(`A function named ${metadata.name} is registered already.`);
    this.functions.set(metadata.name, { metadata, callback });
    return new this.Disposable(() => this.functions.delete(metadata.name));
  }

  /** Runs a function as the host does, with the library's own InvocationContext. */
  async invoke(name: string, data: TriggerData): Promise<Invocation> {
    const registered = this.functions.get(name);
    if (!registered || !this.#model) throw new Error(`There is no function named ${name}.`);
    const logs: string[] = [];
    const trigger = Object.entries(registered.metadata.bindings).find(([, { type }]) => /trigger$/i.test(type));
    const invocation = await this.#model.getInvocationModel({
      invocationId: `${name}-${this.functions.size}`,
      metadata: registered.metadata,
      request: { invocationId: name, functionId: name, inputData: [{ name: trigger?.[0], data }] },
      log: (_level: string, _category: string, message: string) => logs.push(message),
    });
    const { context, inputs } = await invocation.getArguments();
    const ended = await invocation.invokeFunction(context, inputs, registered.callback).then(
      async (result) => ({ ok: true, logs, ...answerOf(await invocation.getResponse(context, result)) }) as const,
      (error: unknown) => ({ ok: false, error, logs }) as const,
    );
    // The worker runs them before it tells the host of the end, also of one that failed.
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

/** Puts the stand-in where `require('@azure/functions-core')` finds it; call it before the functions are loaded. */
export function installFunctionsCore(): FunctionsCore {
  const core = new FunctionsCore();
  const original = Module.prototype.require;
  // The worker provides the module in the same way.
  Module.prototype.require = function (this: unknown, id: string) {
    return id === '@azure/functions-core' ? core : original.call(this as NodeJS.Module, id);
  } as typeof original;
  return core;
}
