import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

/** What `az` prints, and its exit code. Text of a failure goes to the error stream. */
type Result = { readonly code: number; readonly text: string };

/**
 * A stand-in for `az`: the commands that the scripts of infra/scripts/ use. `az rest` calls the Graph of the test, and ends
 * as az does: exit code 3 for a 404 and 1 for other failures (azure-cli-core, util.handle_exception). Vault and policy are
 * files of a folder. A command or a query that it does not know is an error.
 */
export class StandInAz {
  /** The address of Graph, without the version. */
  graph = '';
  #server: Server | undefined;
  constructor(readonly folder: string) {}

  /**
   * Starts it.
   * @returns the program `az`: a process of Node for each call would take most of the time of a test
   */
  async start(): Promise<string> {
    this.#server = createServer((socket) => {
      let text = '';
      let answered = false;
      socket.setEncoding('utf8').on('error', () => {});
      socket.on('data', (part) => {
        text += part;
        const [count, ...args] = text.split('\0');
        if (answered || count === undefined || args.length <= Number(count)) return;
        answered = true;
        void this.#run(args.slice(0, Number(count))).then(({ code, text: shown }) => socket.end(`${code}\n${shown}`));
      });
    });
    await new Promise<void>((done) => this.#server?.listen(0, '127.0.0.1', done));
    const address = this.#server.address();
    const port = typeof address === 'object' && address?.port;
    return `#!/bin/bash
printf 'az %s\\n' "$*" >>'${this.#at('calls')}'
exec 5<>/dev/tcp/127.0.0.1/${port}
printf '%s\\0' "$#" "$@" >&5
read -r code <&5
if [ "$code" = 0 ]; then cat <&5; else cat <&5 >&2; fi
exit "$code"
`;
  }

  stop(): void {
    this.#server?.close();
  }

  #at(name: string): string {
    return path.join(this.folder, name);
  }

  async #run(args: readonly string[]): Promise<Result> {
    const firstOption = args.findIndex((arg) => arg.startsWith('-'));
    const option = (name: string) => args[args.indexOf(`--${name}`) + 1] ?? '';
    try {
      switch (args.slice(0, firstOption).join(' ')) {
        case 'cloud show':
          return shown(select(this.#cloud(), option('query')));
        case 'account get-access-token':
          return existsSync(this.#at('signed-out')) ? failed(1, 'Please run az login.') : shown('a-token');
        case 'rest':
          return await this.#rest(args, option);
        case 'keyvault key download':
          return this.#download(option);
        case 'storage message put':
        case 'keyvault secret set':
          return shown('');
        case 'storage container immutability-policy show':
          return this.#policy(args, option);
        case 'storage container immutability-policy lock':
          return this.#lock(option);
        default:
          return failed(2, `unexpected: ${args.join(' ')}`);
      }
    } catch (error) {
      return failed(1, String(error));
    }
  }

  #cloud() {
    return { endpoints: { microsoftGraphResourceId: `${this.graph}/`, activeDirectory: 'https://login.example' } };
  }

  async #rest(args: readonly string[], option: (name: string) => string): Promise<Result> {
    const given = args.slice(args.indexOf('--headers') + 1);
    const end = given.findIndex((arg) => arg.startsWith('--'));
    const headers = args.includes('--headers')
      ? given.slice(0, end).map((header) => header.split(/=(.*)/).slice(0, 2))
      : [];
    const answer = await fetch(option('url'), {
      method: option('method').toUpperCase(),
      headers: { authorization: 'Bearer a-token', ...Object.fromEntries(headers) },
      ...(args.includes('--body') && { body: option('body') }),
    });
    const text = await answer.text();
    if (!answer.ok) return failed(answer.status === 404 ? 3 : 1, `${answer.statusText}(${text})`);
    return shown(text && option('output') !== 'none' ? select(JSON.parse(text), option('query')) : '');
  }

  #download(option: (name: string) => string): Result {
    if (existsSync(this.#at('refuse'))) return failed(1, 'Forbidden: the caller has no permission.');
    if (option('id') !== 'https://vault.example/keys/approvals/1' || option('encoding') !== 'PEM')
      return failed(1, 'KeyNotFound');
    copyFileSync(this.#at('key.pem'), option('file'));
    return shown('');
  }

  #policy(args: readonly string[], option: (name: string) => string): Result {
    if (existsSync(this.#at('refuse'))) return failed(1, 'Forbidden: the caller has no permission.');
    if (!isAnchors(option)) return failed(3, 'ResourceNotFound');
    const policy = readFileSync(this.#at('policy.json'), 'utf8');
    return shown(args.includes('--query') ? select(JSON.parse(policy), option('query')) : policy);
  }

  #lock(option: (name: string) => string): Result {
    const policy = JSON.parse(readFileSync(this.#at('policy.json'), 'utf8'));
    if (!isAnchors(option) || option('if-match') !== policy.etag) return failed(1, 'ConditionNotMet');
    writeFileSync(this.#at('policy.json'), JSON.stringify({ ...policy, state: 'Locked' }));
    return existsSync(this.#at('interrupt')) ? failed(1, 'Connection aborted.') : shown('');
  }
}

function isAnchors(option: (name: string) => string): boolean {
  return (
    [option('resource-group'), option('account-name'), option('container-name')].join(' ') ===
    'rg-night stnight audit-anchors'
  );
}

/** The result of --query as tsv: the JMESPath expressions that the scripts use. */
function select(value: unknown, query: string): string {
  const member = (held: unknown, name: string) => (held as Record<string, unknown> | undefined)?.[name];
  const [, list, columns] = /^(\w+(?:\.\w+)*)\[\]\.\[([\w, ]+)\]$/.exec(query) ?? [];
  if (list && columns) {
    const row = (entry: unknown) => columns.split(', ').map((name) => String(member(entry, name) ?? 'None'));
    const entries = (list.split('.').reduce(member, value) ?? []) as unknown[];
    return entries.map((entry) => row(entry).join('\t')).join('\n');
  }
  const [, quoted] = /^"(.+)"$/.exec(query) ?? [];
  if (!quoted && !/^\w+(\.\w+)*$/.test(query)) throw new Error(`unexpected query: ${query}`);
  const found = quoted ? member(value, quoted) : query.split('.').reduce(member, value);
  return found === undefined || found === null ? '' : String(found);
}

function shown(text: string): Result {
  return { code: 0, text: text && `${text}\n` };
}

function failed(code: number, message: string): Result {
  return { code, text: `ERROR: ${message}\n` };
}
