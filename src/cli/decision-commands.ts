import type { Command } from 'commander';
import { type CommandLine, withRuntime } from './command-line.js';
import { approve, reject } from './commands/approve.js';
import { pause, resume } from './commands/pause.js';
import { remediate } from './commands/remediate.js';
import { suppress } from './commands/suppress.js';
import { tenantOption } from './options.js';

/** Registers the commands that decide on findings, and the one that executes approved plans. */
export function addDecisionCommands(program: Command, line: CommandLine): void {
  const { screen, signal } = line;
  program
    .command('approve')
    .description("approve a finding's plan, exactly as `findings --format json` shows it")
    .argument('<id>', 'id of a finding')
    .option('--comment <text>', 'a word for the audit trail')
    .option('--acknowledge-warnings', 'the warnings of the plan were read')
    .option('--end-suppression', 'the approval ends the suppression of the finding')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => approve(runtime, screen, id, options)));
  program
    .command('reject')
    .description("reject a finding's plan")
    .argument('<id>', 'id of a finding')
    .option('--comment <text>', 'a word for the audit trail')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => reject(runtime, screen, id, options)));
  program
    .command('suppress')
    .description('let a finding stand until a date; ends early when its evidence changes')
    .argument('<id>', 'id of a finding')
    .requiredOption('--reason <text>', 'why it may stand')
    .requiredOption('--until <date>', 'YYYY-MM-DD, within a year')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => suppress(runtime, screen, id, options)));
  program
    .command('remediate')
    .description(
      'carry out what is approved, with REMEDIATION=on or a remediator: read afresh, compare, send once, verify',
    )
    .option('--dry-run', 'show the requests and send nothing')
    .option('--json', 'print the outcomes as JSON')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => remediate(runtime, screen, options, signal)));
  const remediation = program.command('remediation').description('pause and resume every write of the installation');
  remediation
    .command('pause')
    .description('stop every write at once; approvals stay')
    .requiredOption('--reason <text>', 'why, 3 to 500 characters')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => pause(runtime, screen, options)));
  remediation
    .command('resume')
    .description('allow writes again')
    .requiredOption('--reason <text>', 'why, 3 to 500 characters')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => resume(runtime, screen, options)));
}
