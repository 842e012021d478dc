import { type Command, Option } from 'commander';
import { viewStatuses } from '../model/finding/finding.js';
import { reportFormats } from '../reports/report.js';
import { rules as catalogue } from '../rules/index.js';
import { type CommandLine, withRuntime } from './command-line.js';
import { findingFormats, findings } from './commands/findings.js';
import { history } from './commands/history.js';
import { report } from './commands/report.js';
import { scan } from './commands/scan.js';
import { tenantOption } from './options.js';

/** Registers the commands that scan and that show findings. */
export function addFindingCommands(program: Command, line: CommandLine): void {
  const { screen, signal } = line;
  program
    .command('scan')
    .description('scan the tenant now; exit code 0 for a complete scan, 1 for an incomplete or failed one')
    .option('--json', 'print the scan as JSON')
    .option('--alert', 'send alerts about the changes immediately, as the function does')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => scan(runtime, screen, options, signal)));
  program
    .command('findings')
    .description('show the findings of the scans')
    .addOption(new Option('--status <status>', 'only findings of this status').choices(viewStatuses))
    .addOption(new Option('--rule <rule>', 'only findings of this rule').choices(catalogue.map(({ id }) => id)))
    .addOption(
      new Option('--format <format>', 'json, csv and sarif include resolved findings')
        .choices(findingFormats)
        .default('table'),
    )
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => findings(runtime, screen, options)));
  program
    .command('report')
    .description('write a report of the tenant, including resolved findings')
    .addOption(new Option('--format <format>', 'format of the report').choices(reportFormats).makeOptionMandatory())
    .requiredOption('--out <file>', 'output file; - for stdout')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => report(runtime, screen, options, signal)));
  program
    .command('history')
    .description('show the events of a finding, one per line')
    .argument('<id>', 'id of a finding')
    .option('--json', 'print the events as JSON')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => history(runtime, screen, id, options)));
}
