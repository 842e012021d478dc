import type { Command } from 'commander';
import { optionalTextLimits, reasonLimits } from '../model/finding/decision-text.js';
import { type CommandLine, withRuntime } from './command-line.js';
import { approve, reject } from './commands/approve.js';
import { pause, resume } from './commands/pause.js';
import { remediate } from './commands/remediate.js';
import { suppress } from './commands/suppress.js';
import { undo } from './commands/undo.js';
import { unsuppress } from './commands/unsuppress.js';
import { addOutput, auditText, isJson, tenantOption } from './options.js';

const group = 'Decide and fix:';
const reason = auditText('a reason', reasonLimits);
const comment = auditText('a comment', optionalTextLimits);

/** Registers the commands that decide on findings, and the one that executes approved plans. */
export function addDecisionCommands(program: Command, line: CommandLine): void {
  const { screen, signal } = line;
  addOutput(program.command('approve').helpGroup(group), ['text', 'json'])
    .description("approve a finding's plan, exactly as `findings --output json` shows it")
    .argument('<id>', 'id of a finding, or its first digits')
    .option('--comment <text>', 'a comment for the audit trail, at most 500 characters', comment)
    .option('--acknowledge-warnings', 'confirm that you read the warnings of the plan')
    .option('--plan <hash>', 'approve only if the plan has this hash, as `remediation.planHash` of the JSON')
    .option('--end-suppression', 'end the suppression of the finding with the approval')
    .addOption(tenantOption())
    .action((id, options) =>
      withRuntime(line, options, (runtime) => approve(runtime, screen, id, { ...options, json: isJson(options) })),
    );
  addOutput(program.command('reject').helpGroup(group), ['text', 'json'])
    .description("reject a finding's plan")
    .argument('<id>', 'id of a finding, or its first digits')
    .option('--comment <text>', 'a comment for the audit trail, at most 500 characters', comment)
    .addOption(tenantOption())
    .action((id, options) =>
      withRuntime(line, options, (runtime) => reject(runtime, screen, id, { ...options, json: isJson(options) })),
    );
  addOutput(program.command('suppress').helpGroup(group), ['text', 'json'])
    .description('suppress a finding until a date; the suppression ends early if the evidence changes')
    .argument('<id>', 'id of a finding, or its first digits')
    .requiredOption('--reason <text>', 'why you suppress the finding, 3 to 500 characters', reason)
    .requiredOption('--until <date>', 'YYYY-MM-DD, within a year')
    .addOption(tenantOption())
    .action((id, options) =>
      withRuntime(line, options, (runtime) => suppress(runtime, screen, id, { ...options, json: isJson(options) })),
    );
  addOutput(program.command('unsuppress').helpGroup(group), ['text', 'json'])
    .description('end the suppression of a finding before its date')
    .argument('<id>', 'id of a finding, or its first digits')
    .option('--reason <text>', 'why, at most 500 characters', auditText('a reason', optionalTextLimits))
    .addOption(tenantOption())
    .action((id, options) =>
      withRuntime(line, options, (runtime) => unsuppress(runtime, screen, id, { ...options, json: isJson(options) })),
    );
  addOutput(program.command('undo').helpGroup(group), ['text', 'json'])
    .description('propose the plan that undoes an applied one; it needs an approval, and nothing is sent before')
    .argument('<id>', 'id of a finding, or its first digits')
    .addOption(tenantOption())
    .action((id, options) =>
      withRuntime(line, options, (runtime) => undo(runtime, screen, id, { json: isJson(options) })),
    );
  addOutput(program.command('remediate').helpGroup(group), ['text', 'json'])
    .description('execute approved plans: read the object, compare, send once, verify; needs --write or a remediator')
    .option('--write', 'may change the directory, the same as REMEDIATION=on')
    .option('--dry-run', 'show the requests and send nothing')
    .addOption(tenantOption())
    .action(({ dryRun, ...options }) =>
      withRuntime(line, options, (runtime) => remediate(runtime, screen, { dryRun, json: isJson(options) }, signal)),
    );
  const remediation = program
    .command('remediation')
    .helpGroup(group)
    .description('pause and resume all writes of the installation');
  remediation
    .command('pause')
    .description('stop all writes immediately; approvals stay valid')
    .requiredOption('--reason <text>', 'why, 3 to 500 characters', reason)
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => pause(runtime, screen, options)));
  remediation
    .command('resume')
    .description('permit writes again')
    .requiredOption('--reason <text>', 'why, 3 to 500 characters', reason)
    .addOption(tenantOption())
    .action((options) => withRuntime(line, options, (runtime) => resume(runtime, screen, options)));
}
