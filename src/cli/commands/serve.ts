import { once } from 'node:events';
import { sharedHealth } from '../../jobs/doctor/health.js';
import type { ScanStart } from '../../jobs/scan/request-scan-now.js';
import { BackgroundScans } from '../../local/background-scans.js';
import { pumpRemediations } from '../../local/remediation-pump.js';
import { serveLocally, type WebServer } from '../../local/web-server.js';
import { readOnlyReason } from '../../model/tenant/tenant-choice.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Installation, Runtime } from '../../runtime.js';
import { version } from '../../version.js';
import { createWeb, type WebOptions } from '../../web/app.js';
import type { Authenticator } from '../../web/auth/authenticator.js';
import { loopbackAuthenticator, randomHostName } from '../../web/auth/loopback.js';
import { asksForHealth, healthResponse } from '../../web/routes/health-response.js';
import type { Web } from '../../web/routes/route-context.js';
import { createTenantsWeb } from '../../web/tenants-web.js';
import { portError } from '../port-error.js';
import { type Screen, writeLine } from '../screen.js';

export interface ServeOptions {
  /** @default a free one */
  port?: number;
  /** The host in the printed address, for a browser that does not resolve `*.localhost`. @default a random host name */
  host?: '127.0.0.1';
}

type Served = Pick<Runtime, 'review' | 'author' | 'approver' | 'health' | 'remediationQueue' | 'scanContext'>;

/** Serves the review page until it is interrupted, and executes approved plans where the installation may write. */
export async function serve(
  runtime: Served,
  screen: Screen,
  options: ServeOptions,
  signal: AbortSignal,
  web: Pick<WebOptions, 'rulePages'> = {},
): Promise<number> {
  return servePage(runtime, screen, options, signal, (authenticator, onDefect, scans) =>
    createWeb(reviewOf(runtime, scans, onDefect), authenticator, { version, ...web }),
  );
}

/** Serves the review page of several tenants, and executes approved plans of the home tenant. */
export async function serveTenants(
  installation: Installation,
  screen: Screen,
  options: ServeOptions,
  signal: AbortSignal,
  web: Pick<WebOptions, 'rulePages'> = {},
): Promise<number> {
  const { tenants } = installation;
  const home = tenants.tenantIds.find((id) => !readOnlyReason(tenants, id));
  return servePage(
    installation.runtime(home ?? tenants.tenantIds[0]),
    screen,
    options,
    signal,
    (authenticator, onDefect, scans) => {
      const ofTenant = (id: string) => reviewOf(installation.runtime(id), scans, onDefect);
      const context = { ...installation.tenantsReview(), onDefect, runtime: ofTenant };
      return createTenantsWeb(context, authenticator, { version, ...web });
    },
  );
}

/** What the page works with. A requested scan runs in this process. */
function reviewOf(runtime: Served, scans: BackgroundScans, onDefect: (error: Error) => void) {
  const startScan = (request: ScanStart) => scans.start(runtime.scanContext(), request);
  return { ...runtime.review(), onDefect, startScan };
}

/** @param runtime executes approved plans, where the installation may write */
async function servePage(
  runtime: Served,
  screen: Screen,
  { port = 0, host }: ServeOptions,
  signal: AbortSignal,
  webOf: (authenticator: Authenticator, onDefect: (error: Error) => void, scans: BackgroundScans) => Web,
): Promise<number> {
  const [author, approver] = await Promise.all([runtime.author(), runtime.approver()]);
  const log = (text: string) => writeLine(screen.log, safeLines(text));
  const onDefect = (error: Error) => log(String(error.stack));
  const scans = new BackgroundScans(signal, log);
  const server = await listen(port, async (boundPort) => {
    const authenticator = loopbackAuthenticator({
      port: boundPort,
      ...(host === undefined && { hostName: randomHostName() }),
      author,
      approver,
      onAddress: (address) => writeLine(screen.out, address),
    });
    const web = webOf(authenticator, onDefect, scans);
    const context = runtime.health();
    const health = sharedHealth(async () => context, { clock: context.clock, version });
    return async (request) => (asksForHealth(request) ? healthResponse(await health(), request) : web.fetch(request));
  });
  log(`Each address above signs one browser in, once, as ${author}. Ctrl+C stops the server.`);
  const pump = runPump(runtime, signal, log);
  if (!signal.aborted) await once(signal, 'abort');
  await Promise.all([server.close(), pump, scans.settled()]);
  return 0;
}

async function listen(port: number, createHandler: Parameters<typeof serveLocally>[1]): Promise<WebServer> {
  try {
    return await serveLocally(port, createHandler);
  } catch (error) {
    throw portError(error, port);
  }
}

async function runPump(runtime: Served, signal: AbortSignal, log: (text: string) => void): Promise<void> {
  const queue = runtime.remediationQueue();
  if (!queue) {
    log(
      'Read-only installation: approvals are saved but not executed. Start the command with --write to execute them.',
    );
    return;
  }
  await pumpRemediations(queue, { ...queue.limits, signal, onLine: log });
}
