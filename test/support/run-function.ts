import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HttpAnswer, Invocation, RegisteredFunction, TriggerData } from '../../src/local/functions-core.js';

/** What the built functions say of themselves, and how invocations of them ended. */
export interface FunctionsRun {
  functions: Record<string, RegisteredFunction['metadata']>;
  invocations: (Pick<Invocation, 'ok' | 'logs'> & { error?: string; http?: HttpAnswer })[];
}

/**
 * Loads `dist/functions.js` in a process of its own, as the Functions worker does, and runs invocations one by one with
 * the library's own InvocationContext.
 */
export async function runFunctions(
  invocations: readonly { name: string; data: TriggerData }[],
  settings: Readonly<Record<string, string>> = {},
): Promise<FunctionsRun> {
  const url = (file: string) => JSON.stringify(pathToFileURL(path.resolve(file)).href);
  const program = `
    import { installFunctionsCore } from ${url('dist/functions-core.js')};
    const core = installFunctionsCore();
    await import(${url('dist/functions.js')});
    const ended = [];
    for (const { name, data } of ${JSON.stringify(invocations)}) {
      const { ok, logs, error, http } = await core.invoke(name, data);
      ended.push({ ok, logs, error: error && String(error.message), http });
    }
    const functions = Object.fromEntries([...core.functions].map(([name, { metadata }]) => [name, metadata]));
    process.stdout.write('\\n' + JSON.stringify({ functions, invocations: ended }));
    process.exit(0);`;
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH, HOME, ...settings },
  });
  let [out, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The functions ended with ${code}: ${log}`);
  return JSON.parse(out.slice(out.lastIndexOf('\n')));
}
