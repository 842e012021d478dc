import { type Command, Option } from 'commander';
import { readConfig } from '../config.js';
import { createDiagnosis } from '../runtime.js';
import { type CommandLine, environmentOf, withRuntime } from './command-line.js';
import { diagnose } from './commands/diagnose.js';
import { doctor } from './commands/doctor.js';
import { doctorLive } from './commands/doctor-live.js';
import { proofFlag, proveRemedyCommand } from './commands/prove-remedy.js';
import { rules } from './commands/rules.js';
import { serve, serveTenants } from './commands/serve.js';
import { testAlert } from './commands/test-alert.js';
import { verifyAudit } from './commands/verify-audit.js';
import { openInstallation, openRuntime } from './open-runtime.js';
import { addOutput, isJson, tenantOption, wholeNumber } from './options.js';
import { programName } from './program-name.js';

const group = 'Installation:';

/** Registers the commands that serve the page, examine the installation, diagnose, and simulate. */
export function addInstallationCommands(program: Command, line: CommandLine): void {
  const { screen, signal, end } = line;
  program
    .command('serve')
    .helpGroup(group)
    .description('show the review page on this machine; executes approved plans with --write or a remediator')
    .option('--write', 'execute approved plans, the same as REMEDIATION=on')
    .option('--port <port>', 'port to listen on (default: a free one)', wholeNumber(0, 65_535))
    .addOption(
      new Option(
        '--host <host>',
        'print an address with this host, for a browser that does not open *.localhost (default: a random host name)',
      ).choices(['127.0.0.1']),
    )
    .addOption(tenantOption('show only this tenant, if TENANT_IDS has several'))
    .action(async (options) => {
      const environment = environmentOf(line, options);
      const config = readConfig(environment);
      if (options.tenant || config.tenants.tenantIds.length < 2)
        return withRuntime(line, options, (runtime) => serve(runtime, screen, options, signal));
      const installation = await openInstallation(config, environment);
      end(await serveTenants(installation, screen, options, signal).finally(() => installation.close()));
    });
  addOutput(program.command('verify-audit').helpGroup(group), ['text', 'json'])
    .description(
      'check the audit trail for changed, removed and inserted rows, and compare it with the anchors of all scans; exit code 1 after a failed check',
    )
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => verifyAudit(runtime, screen, isJson(options))));
  program
    .command('test-alert')
    .helpGroup(group)
    .description('send a marked sample to each configured channel; exit code 1 if one failed, 2 without channels')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => testAlert(runtime, screen, signal)));
  addOutput(program.command('diagnose').helpGroup('Find:'), ['text', 'json'])
    .description('find the root cause of a failed sign-in; exit code 0 after the checks, whatever they find')
    .requiredOption('--app <appId>', 'application (client) id of the app that fails')
    .option('--user <user>', 'user principal name or object id of the user who cannot sign in')
    .option('--code <code>', 'the error code, for example AADSTS50000, or the text of the error')
    .option(
      '--request <file>',
      'the failed token request, its answer or a log, - for standard input; never shown or stored',
    )
    .addOption(tenantOption())
    .action(async (options) => {
      const context = createDiagnosis(readConfig(line.environment), line.environment, options.tenant);
      end(await diagnose(context, screen, { ...options, json: isJson(options) }, process.stdin, signal));
    });
  addOutput(program.command('rules').helpGroup('Find:'), ['table', 'json'])
    .description('show the rules: problems, error codes for users, required permissions')
    .addOption(new Option('--markdown', 'print the catalogue as Markdown').hideHelp())
    .action((options) => end(rules(screen, { ...options, json: isJson(options) })));
  addOutput(program.command('doctor').helpGroup(group), ['text', 'json'])
    .description(
      'check settings, storage, identities, permissions, clock, telemetry and alerts, with a fix for each problem; exit code 1 after a failed check',
    )
    .option(
      '--live',
      'instead, ask the tenant with read-only requests what the documentation of Microsoft Graph leaves open, and print a report for an issue, without ids and names',
    )
    .addOption(tenantOption())
    .action(async (given) => {
      const options = { ...given, json: isJson(given) };
      const open = () => openUnprepared(line, options.tenant);
      if (!options.live) return end(await doctor(open, screen, options));
      const runtime = await open();
      end(await doctorLive(runtime, screen, options, signal).finally(() => runtime.close()));
    });
  program
    .command('prove-remedy')
    .helpGroup(group)
    .description(
      'prove that the remedy for symmetric signing keys works in this tenant: with an application that it creates and deletes',
    )
    .option(proofFlag, 'without it, the command only says what it would do')
    .addOption(tenantOption())
    .action(async (options) => {
      const open = () => openUnprepared(line, options.tenant);
      end(await proveRemedyCommand(open, screen, options, signal));
    });
  program
    .command('demo')
    .helpGroup('Find:')
    .description(
      'show one night with a simulated tenant: scan, findings, alerts, an approved plan, a report; needs no tenant and no settings',
    )
    .action(async () => {
      const { demo } = await import('./commands/demo.js');
      end(await demo(screen, programName(line.environment, import.meta.url), signal));
    });
  program
    .command('simulate')
    .helpGroup(group)
    .description('run a simulated Microsoft Graph on this machine, and print the settings for the other commands')
    .option('--objects <n>', 'total of applications and service principals', wholeNumber(1, 1_000_000))
    .option('--port <port>', 'port to listen on (default: a free one)', wholeNumber(0, 65_535))
    .option('--latency <ms>', 'milliseconds before each answer', wholeNumber(0, 60_000))
    .option('--throttled', 'enforce the documented throttling limits of Graph')
    .option('--plant-every <n>', 'one symmetric signing key for every N filler applications', wholeNumber(1, 1_000_000))
    .addOption(
      new Option('--shell <shell>', 'syntax of the printed settings').choices(['sh', 'powershell']).default('sh'),
    )
    .option('--fault <fault...>', 'a fault at the start, for example status:503:times=2:retry-after=1')
    .action(async (options) => {
      // Loaded on demand: deployed packages do not contain the simulator.
      const { simulate } = await import('./commands/simulate.js');
      end(await simulate(screen, options, signal));
    });
}

async function openUnprepared({ environment }: CommandLine, tenant: string | undefined) {
  return openRuntime(readConfig(environment), environment, tenant, { unprepared: true });
}
