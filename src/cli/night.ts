import { readConfig } from '../config.js';
import { demoTenant } from '../local/demo-tenant.js';
import { startSimulator } from '../local/graph-simulator/server.js';
import { environment } from '../runtime.js';
import { findings } from './findings.js';
import { openRuntime } from './open-runtime.js';
import { scan } from './scan.js';
import { paint, type Screen, writeLine } from './screen.js';

const screen: Screen = {
  out: process.stdout,
  log: process.stderr,
  colour: process.stdout.isTTY === true && !environment.NO_COLOR,
};
const say = (text = '') => writeLine(screen.out, text);
const heading = (text: string) => say(`\n${paint(screen, 'bold', text)}`);

/** Big enough for a progress bar, small enough for a coffee break that is none. */
const objects = 20_000;

/** The whole night on a laptop, with a simulated tenant. */
async function night(): Promise<number> {
  heading('Consentinel: one night on this machine');
  say('Nothing leaves it: Microsoft Graph is simulated, storage is an embedded Azurite in .consentinel/.');
  const simulator = await startSimulator({ tenant: demoTenant({ objects }), latency: 40 });
  pointAt(simulator.settings);
  const runtime = await openRuntime(readConfig(environment), environment);
  try {
    heading(`02:00, the scan of ${objects.toLocaleString('en')} directory objects`);
    const exitCode = await scan(runtime, screen, {}, new AbortController().signal);
    heading('What it found');
    await findings(runtime, screen, { format: 'table' });
    heading('To try next');
    say('  node dist/cli.js findings --format json        every finding, for a script');
    say('  node dist/cli.js history ID                    what happened to one of them');
    say('  node dist/cli.js rules                         what is looked for, and with which permission');
    say('  node dist/cli.js simulate --objects 100000     a bigger tenant to scan');
    say('  node dist/cli.js scan                          your own tenant, read-only, with your `az login`');
    return exitCode;
  } finally {
    await runtime.close();
    await simulator.close();
  }
}

/**
 * The demo neither asks a real tenant nor writes into storage that somebody has configured. `@azure/identity` reads the
 * process's own environment, so that is where the settings must be.
 */
function pointAt(settings: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(environment)) {
    if (/^(AzureWebJobsStorage|TENANT_ID$|GRAPH_|IDENTITY_)/.test(name)) delete environment[name];
  }
  Object.assign(environment, settings);
}

process.exitCode = await night();
