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
    .option('--comment <text>', 'a comment for the audit trail')
    .option('--acknowledge-warnings', 'confirm that you read the warnings of the plan')
    .option('--end-suppression', 'end the suppression of the finding with the approval')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => approve(runtime, screen, id, options)));
  program
    .command('reject')
    .description("reject a finding's plan")
    .argument('<id>', 'id of a finding')
    .option('--comment <text>', 'a comment for the audit trail')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => reject(runtime, screen, id, options)));
  program
    .command('suppress')
    .description('suppress a finding until a date; the suppression ends early if the evidence changes')
    .argument('<id>', 'id of a finding')
    .requiredOption('--reason <text>', 'why you suppress the finding, 3 to 500 characters')
    .requiredOption('--until <date>', 'YYYY-MM-DD, within a year')
    .addOption(tenantOption())
    .action((id, options) => withRuntime(line, options, (runtime) => suppress(runtime, screen, id, options)));
  program
    .command('remediate')
    .description(
      'execute approved plans, with REMEDIATION=on or a remediator: read the object, compare, send once, verify',
    )
    .option('--dry-run', 'show the requests and send nothing')
    .option('--json', 'print the outcomes as JSON')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => remediate(runtime, screen, options, signal)));
  const remediation = program.command('remediation').description('pause and resume all writes of the installation');
  remediation
    .command('pause')
    .description('stop all writes immediately; approvals stay valid')
    .requiredOption('--reason <text>', 'why, 3 to 500 characters')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => pause(runtime, screen, options)));
  remediation
    .command('resume')
    .description('permit writes again')
    .requiredOption('--reason <text>', 'why, 3 to 500 characters')
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => resume(runtime, screen, options)));
}
