import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type ServeOptions, serve } from '../../src/cli/commands/serve.js';
import { type Answering, serveLocally } from '../../src/local/web-server.js';
import { createWeb } from '../../src/web/app.js';
import { appServiceAuthenticator } from '../../src/web/auth/app-service.js';
import type { Laptop } from './laptop.js';

/** The documentation pages of the rules, as in the bundle. */
export const rulePages = Object.fromEntries(
  readdirSync('src/rules')
    .map((id) => [id, `src/rules/${id}/README.md`] as const)
    .filter(([, file]) => existsSync(file))
    .map(([id, file]) => [id, readFileSync(file, 'utf8')]),
);

/** A running web server. */
export interface Served {
  readonly origin: string;
  /** The latest sign-in address; empty if the server has no such addresses. */
  address(): string;
  /** The lines on stderr. */
  readonly log: string[];
  close(): Promise<void>;
}

/** Runs `consentinel serve` in this process. By default at 127.0.0.1: not every resolver knows `*.localhost`. */
export async function serveHere({ runtime }: Laptop, options: ServeOptions = { host: '127.0.0.1' }): Promise<Served> {
  const [out, log]: [string[], string[]] = [[], []];
  const stop = new AbortController();
  const into = (lines: string[]) => ({ write: (text: string) => lines.push(text) }) as never;
  const screen = { out: into(out), log: into(log), colour: false };
  const ended = serve(runtime, screen, options, stop.signal, { rulePages });
  while (out.length === 0) await Promise.race([runtime.clock.wait(10), ended]);
  const address = () => (out.at(-1) ?? '').trim();
  return {
    origin: new URL(address()).origin,
    address,
    log,
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** Serves the review page behind App Service authentication. Clients send the header that Azure adds. */
export async function serveAsInAzure({ runtime }: Laptop): Promise<Served> {
  const server = await serveLocally(0, async (port) => azureWeb(runtime, `http://127.0.0.1:${port}`));
  return {
    origin: `http://127.0.0.1:${server.port}`,
    address: () => '',
    log: [],
    close: () => server.close(),
  };
}

/** The web application as the Azure function runs it. */
export function azureWeb(runtime: Laptop['runtime'], publicUrl: string, authenticationEnabled = true): Answering {
  const authenticator = appServiceAuthenticator({ authenticationEnabled, publicUrl });
  const web = createWeb(runtime.review(), authenticator, { version: 'test', rulePages });
  return (request) => web.fetch(request);
}

/**
 * The header with which App Service identifies a user. Source: Microsoft Learn, "Work with user identities".
 * @param roles app roles
 * @param more overrides members of the client principal
 */
export function principal(name: string, roles: readonly string[], more: object = {}): string {
  const claims = [
    {
      typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
      val: '0b0e0000-0000-4000-8000-00000000000a',
    },
    { typ: 'preferred_username', val: name },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  const value = { auth_typ: 'aad', claims, name_typ: 'name', role_typ: 'roles', ...more };
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

/** Two approvers and a reader. */
export const ada = principal('ada@woodgrove.example', ['Consentinel.Approver']);
export const grace = principal('grace@woodgrove.example', ['Consentinel.Approver']);
export const vera = principal('vera@woodgrove.example', ['Consentinel.Reader']);
