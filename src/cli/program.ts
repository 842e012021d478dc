import { Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../config.js';
import { viewStatuses } from '../model/finding.js';
import { reportFormats } from '../reports/report.js';
import { rules as catalogue } from '../rules/index.js';
import { createDiagnosis, type Runtime } from '../runtime.js';
import { version } from '../version.js';
import { approve, reject, suppress } from './decide.js';
import { diagnose } from './diagnose.js';
import { doctor } from './doctor.js';
import { findingFormats, findings } from './findings.js';
import { history } from './history.js';
import { openInstallation, openRuntime } from './open-runtime.js';
import { remediate } from './remediate.js';
import { report } from './report.js';
import { rules } from './rules.js';
import { scan } from './scan.js';
import type { Screen } from './screen.js';
import { serve, serveTenants } from './serve.js';
import { testAlert } from './test-alert.js';
import { verifyAudit } from './verify-audit.js';

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
  const withRuntime = async ({ tenant }: OfTenant, command: (runtime: Runtime) => Promise<number>): Promise<void> => {
    const runtime = await openRuntime(readConfig(environment), environment, tenant);
    try {
      end(await command(runtime));
    } finally {
      await runtime.close();
    }
  };

  const program = new Command('consentinel')
    .description('Finds the root causes of AADSTS50000 in a Microsoft Entra tenant before users do.')
    .version(version)
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
    .option('--alert', 'tell people at once what it changed, as the function does')
    .addOption(tenantOption())
    .action((options) => withRuntime(options, (runtime) => scan(runtime, screen, options, signal)));
  program
    .command('findings')
    .description('show what the scans found')
    .addOption(new Option('--status <status>', 'only findings of this status').choices(viewStatuses))
    .addOption(new Option('--rule <rule>', 'only findings of this rule').choices(catalogue.map(({ id }) => id)))
    .addOption(
      new Option('--format <format>', 'json, csv and sarif hold resolved findings too')
        .choices(findingFormats)
        .default('table'),
    )
    .addOption(tenantOption())
    .action((options) => withRuntime(options, (runtime) => findings(runtime, screen, options)));
  program
    .command('report')
    .description('write a report of the tenant, the resolved findings included')
    .addOption(new Option('--format <format>', 'of the report').choices(reportFormats).makeOptionMandatory())
    .requiredOption('--out <file>', 'where to write it; - for stdout')
    .addOption(tenantOption())
    .action((options) => withRuntime(options, (runtime) => report(runtime, screen, options, signal)));
  program
    .command('history')
    .description('show everything that happened to a finding, one line an event')
    .argument('<id>', 'id of a finding')
    .option('--json', 'print the events as JSON')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(options, (runtime) => history(runtime, screen, id, options)));
  program
    .command('approve')
    .description("approve a finding's plan, exactly as `findings --format json` shows it")
    .argument('<id>', 'id of a finding')
    .option('--comment <text>', 'a word for the audit trail')
    .option('--acknowledge-warnings', 'the warnings of the plan were read')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(options, (runtime) => approve(runtime, screen, id, options)));
  program
    .command('reject')
    .description("reject a finding's plan")
    .argument('<id>', 'id of a finding')
    .option('--comment <text>', 'a word for the audit trail')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(options, (runtime) => reject(runtime, screen, id, options)));
  program
    .command('suppress')
    .description('let a finding stand until a date; ends early when its evidence changes')
    .argument('<id>', 'id of a finding')
    .requiredOption('--reason <text>', 'why it may stand')
    .requiredOption('--until <date>', 'YYYY-MM-DD, within a year')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(options, (runtime) => suppress(runtime, screen, id, options)));
  program
    .command('remediate')
    .description('carry out what is approved: read afresh, compare, send once, verify')
    .option('--dry-run', 'show the requests and send nothing')
    .option('--json', 'print the outcomes as JSON')
    .addOption(tenantOption())
    .action((options) => withRuntime(options, (runtime) => remediate(runtime, screen, options, signal)));
  program
    .command('serve')
    .description('show the review page on this machine; carries out what is approved where REMEDIATION=on')
    .option('--port <port>', 'port to listen on (default: a free one)', wholeNumber(0, 65_535))
    .addOption(tenantOption())
    .action(async (options) => {
      const config = readConfig(environment);
      if (options.tenant || config.tenantIds.length < 2)
        return withRuntime(options, (runtime) => serve(runtime, screen, options, signal));
      const installation = await openInstallation(config, environment);
      end(await serveTenants(installation, screen, options, signal).finally(() => installation.close()));
    });
  program
    .command('verify-audit')
    .description('check that no row of the audit trail was changed, removed or inserted; exits 1 where one was')
    .addOption(tenantOption())
    .action((options) => withRuntime(options, (runtime) => verifyAudit(runtime, screen)));
  program
    .command('test-alert')
    .description('send a marked sample to each configured channel; exits 1 when one failed, 2 when there is none')
    .addOption(tenantOption())
    .action((options) => withRuntime(options, (runtime) => testAlert(runtime, screen, signal)));
  program
    .command('diagnose')
    .description('tell which root cause stands behind a failing sign-in; exits 0 when it could look, whatever it found')
    .requiredOption('--app <appId>', 'application (client) id of the app that fails')
    .option('--user <user>', 'user principal name or object id of the user who cannot sign in')
    .option('--code <code>', 'the code that was shown, for example AADSTS50000, or the text of the error')
    .option('--request <file>', 'the failing token request, - for standard input; read, never shown or kept')
    .option('--json', 'print the diagnosis as JSON')
    .addOption(tenantOption())
    .action(async (options) => {
      const context = createDiagnosis(readConfig(environment), environment, options.tenant);
      end(await diagnose(context, screen, options, process.stdin, signal));
    });
  program
    .command('rules')
    .description('show the rules: what they find, the codes users see, the permissions they need')
    .option('--json', 'print the catalogue as JSON')
    .addOption(new Option('--markdown', 'print the catalogue as Markdown').hideHelp())
    .action((options) => end(rules(screen, options)));
  program
    .command('doctor')
    .description(
      'examine settings, storage, identities, permissions, clock and alerts, and say what to do; exits 1 where something fails',
    )
    .option('--json', 'print the checks as JSON')
    .addOption(tenantOption())
    .action(async (options) => {
      const open = async () => openRuntime(readConfig(environment), environment, options.tenant, { unprepared: true });
      end(await doctor(open, screen, options));
    });
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

/** What `--tenant` says. */
interface OfTenant {
  readonly tenant?: string;
}

function tenantOption(): Option {
  return new Option('--tenant <id>', 'tenant to work on; needed where TENANT_IDS names several').argParser((text) => {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
    throw new InvalidArgumentError('Give the directory (tenant) id, a GUID.');
  });
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
