import { type Command, Option } from 'commander';
import { viewStatuses } from '../model/finding/finding.js';
import { severities } from '../model/rule/violation.js';
import { reportFormats } from '../reports/report.js';
import { rules as catalogue } from '../rules/index.js';
import { type CommandLine, withRuntime } from './command-line.js';
import { findingFormats, findings } from './commands/findings.js';
import { history } from './commands/history.js';
import { report } from './commands/report.js';
import { scan } from './commands/scan.js';
import { sentinel } from './commands/sentinel.js';
import { findingId } from './finding-id.js';
import { sortOrders } from './finding-selection.js';
import { addOutput, isJson, tenantOption, wholeNumber } from './options.js';

const group = 'Find:';

/** Registers the commands that scan and that show findings. */
export function addFindingCommands(program: Command, line: CommandLine): void {
  const { screen, signal } = line;
  addOutput(program.command('scan').helpGroup(group), ['text', 'json'])
    .description('scan the tenant now; exit code 0 for a complete scan, 1 for an incomplete or failed one')
    .option(
      '--alert',
      'send alerts about the changes immediately, as the function does; exit code 1 if a channel has not received one',
    )
    .option('--fresh', 'start a new scan, also if an earlier scan of a large tenant can continue')
    .option('--reset-delta', 'list all objects, and use delta queries again after they missed changes (DELTA_SCANS)')
    .addOption(tenantOption())
    .action(({ alert, fresh, resetDelta, ...options }) =>
      withRuntime(line, options, (runtime) =>
        scan(runtime, screen, { alert, fresh, resetDelta, json: isJson(options) }, signal),
      ),
    );
  addOutput(program.command('sentinel').helpGroup(group), ['text', 'json'])
    .description(
      'find symmetric signing keys now, with few requests; resolves nothing; exit code 0 for a complete run, 1 for an incomplete, failed or skipped one',
    )
    .option(
      '--alert',
      'send alerts about new findings immediately, as the function does; exit code 1 if a channel has not received one',
    )
    .addOption(tenantOption())
    .action(({ alert, ...options }) =>
      withRuntime(line, options, (runtime) => sentinel(runtime, screen, { alert, json: isJson(options) }, signal)),
    );
  addOutput(program.command('findings').helpGroup(group), findingFormats, 'format')
    .description('show the findings of the scans; json, csv and sarif include resolved findings')
    .addOption(new Option('--status <status>', 'only findings of this status').choices(viewStatuses))
    .addOption(
      new Option('--severity <severity>', 'only findings of this severity or a higher one').choices(severities),
    )
    .addOption(new Option('--rule <rule>', 'only findings of this rule').choices(catalogue.map(({ id }) => id)))
    .option('--search <text>', 'only findings with this text in problem, object, rule or an id')
    .addOption(new Option('--sort <order>', 'order of the findings (default: severity)').choices(sortOrders))
    .option('--top <n>', 'only the first findings', wholeNumber(1, 1_000_000))
    .addOption(tenantOption())
    .addHelpText(
      'after',
      '\nExamples:\n  consentinel findings --severity high --top 20\n  consentinel findings --search payroll --output json',
    )
    .action((options) =>
      withRuntime(line, options, (runtime) =>
        findings(runtime, screen, { ...options, format: options.output ?? options.format ?? 'table' }),
      ),
    );
  program
    .command('report')
    .helpGroup(group)
    .description('write a report of the tenant, including resolved findings')
    .addOption(new Option('--output <format>', 'format of the report').choices(reportFormats))
    .addOption(new Option('--format <format>', 'the same as --output').choices(reportFormats).hideHelp())
    .requiredOption('--out <file>', 'output file; - for stdout')
    .addOption(tenantOption())
    .action((options, command: Command) => {
      const format = options.output ?? options.format;
      if (!format) command.error("error: required option '--output <format>' not specified", { exitCode: 2 });
      return withRuntime(line, options, (runtime) => report(runtime, screen, { ...options, format }, signal));
    });
  addOutput(program.command('history').helpGroup(group), ['text', 'json'])
    .description('show the events of a finding, one per line')
    .argument('<id>', 'id of a finding, or its first digits')
    .addOption(tenantOption())
    .action((id, options) =>
      withRuntime(line, options, async (runtime) =>
        history(runtime, screen, await findingId(runtime, id), { json: isJson(options) }),
      ),
    );
}
