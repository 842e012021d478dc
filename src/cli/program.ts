import { Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../config.js';
import { viewStatuses } from '../model/finding.js';
import { rules as catalogue } from '../rules/index.js';
import type { Runtime } from '../runtime.js';
import { findingFormats, findings } from './findings.js';
import { history } from './history.js';
import { openRuntime } from './open-runtime.js';
import { rules } from './rules.js';
import { scan } from './scan.js';
import type { Screen } from './screen.js';

/**
 * The command line.
 * @param end is told the exit code of the command that ran
 */
export function createProgram(
  screen: Screen,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  end: (exitCode: number) => void,
): Command {
  /** Runs a command that needs storage or Graph, and closes both behind it. */
  const withRuntime = async (command: (runtime: Runtime) => Promise<number>): Promise<void> => {
    const runtime = await openRuntime(readConfig(environment), environment);
    try {
      end(await command(runtime));
    } finally {
      await runtime.close();
    }
  };

  const program = new Command('consentinel')
    .description('Finds the root causes of AADSTS50000 in a Microsoft Entra tenant before users do.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => screen.out.write(text), writeErr: (text) => screen.log.write(text) })
    .showHelpAfterError('Run with --help to see what there is.')
    .addHelpText(
      'after',
      '\nAll settings come from the environment; docs/settings.md lists them.\nExit codes: 0 done, 1 failed or incomplete, 2 bad usage or settings.',
    );

  program
    .command('scan')
    .description('scan the tenant now; exits 0 when the scan is complete, 1 when it is incomplete or failed')
    .option('--json', 'print the scan as JSON')
    .action((options) => withRuntime((runtime) => scan(runtime, screen, options, signal)));
  program
    .command('findings')
    .description('show what the scans found')
    .addOption(new Option('--status <status>', 'only findings of this status').choices(viewStatuses))
    .addOption(new Option('--rule <rule>', 'only findings of this rule').choices(catalogue.map(({ id }) => id)))
    .addOption(
      new Option('--format <format>', 'json and csv hold resolved findings too')
        .choices(findingFormats)
        .default('table'),
    )
    .action((options) => withRuntime((runtime) => findings(runtime, screen, options)));
  program
    .command('history')
    .description('show everything that happened to a finding, one line an event')
    .argument('<id>', 'id of a finding')
    .option('--json', 'print the events as JSON')
    .action((id, options) => withRuntime((runtime) => history(runtime, screen, id, options)));
  program
    .command('rules')
    .description('show the rules: what they find, the codes users see, the permissions they need')
    .option('--json', 'print the catalogue as JSON')
    .addOption(new Option('--markdown', 'print the catalogue as Markdown').hideHelp())
    .action((options) => end(rules(screen, options)));
  program
    .command('simulate')
    .description(
      'run a simulated Microsoft Graph on this machine, and print the settings that point the other commands at it',
    )
    .option('--objects <n>', 'applications and service principals in all', wholeNumber(1, 1_000_000))
    .option('--port <port>', 'port to listen on (default: a free one)', wholeNumber(0, 65_535))
    .option('--latency <ms>', 'milliseconds before each answer', wholeNumber(0, 60_000))
    .option(
      '--plant-every <n>',
      'one symmetric signing key for every so many filler applications',
      wholeNumber(1, 1_000_000),
    )
    .option('--fault <fault...>', 'a fault to begin with, for example status:503:times=2:retry-after=1')
    .action(async (options) => {
      // Loaded on demand: deployed packages have no use for the simulator.
      const { simulate } = await import('./simulate.js');
      end(await simulate(screen, options, signal));
    });
  return program;
}

declare const VERSION: string;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
