import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HttpAnswer, Invocation, RegisteredFunction, TriggerData } from '../../src/local/functions-core.js';
import { bareEnvironment } from './bare-environment.js';

/** The registrations of the built functions, and the results of the invocations. */
export interface FunctionsRun {
  functions: Record<string, RegisteredFunction['metadata']>;
  invocations: (Pick<Invocation, 'ok' | 'logs'> & { error?: string; http?: HttpAnswer })[];
}

/**
 * Loads an entry point in a new process, as the Functions worker does, and runs the invocations one by one with the
 * InvocationContext of the library.
 * @param settings the environment of the process, in addition to PATH and HOME
 * @param entry by default the entry point with all functions
 * @throws Error with the log if the process fails
 */
export async function runFunctions(
  invocations: readonly { name: string; data: TriggerData }[],
  settings: Readonly<Record<string, string>> = {},
  entry = 'dist/functions.js',
): Promise<FunctionsRun> {
  const url = (file: string) => JSON.stringify(pathToFileURL(path.resolve(file)).href);
  const program = `
    import { installFunctionsCore } from ${url('dist/functions-core.js')};
    const core = installFunctionsCore();
    await import(${url(entry)});
    const ended = [];
    for (const { name, data } of ${JSON.stringify(invocations)}) {
      const { ok, logs, error, http } = await core.invoke(name, data);
      ended.push({ ok, logs, error: error && String(error.message), http });
    }
    const functions = Object.fromEntries([...core.functions].map(([name, { metadata }]) => [name, metadata]));
    process.stdout.write('\\n' + JSON.stringify({ functions, invocations: ended }));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...bareEnvironment(), ...settings },
  });
  let [out, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The functions ended with ${code}: ${log}`);
  return JSON.parse(out.slice(out.lastIndexOf('\n')));
}
