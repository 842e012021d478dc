import { type Command, Option } from 'commander';
import { version } from '../version.js';
import { CollectingCommand } from './collecting-command.js';
import type { CommandLine } from './command-line.js';
import { addDecisionCommands } from './decision-commands.js';
import { addFindingCommands } from './finding-commands.js';
import { addInstallationCommands } from './installation-commands.js';
import { writeLine } from './screen.js';
import { withSettingsFile } from './settings-file.js';
import { addShellCommands } from './shell-commands.js';
import { similarSetting } from './similar-setting.js';
import { addTransferCommands } from './transfer-commands.js';

const examples = [
  'consentinel scan                                    scan the tenant now',
  'consentinel findings --severity high --top 20       what to fix first',
  'consentinel history 3f2a                            one finding, by the start of its id',
  'consentinel report --output html --out report.html  a report for people',
  'consentinel diagnose --app APPID --code AADSTS50000 why a sign-in fails',
];

/** The program `consentinel` with all its commands. */
export function createProgram(line: CommandLine): Command {
  const { screen } = line;
  const program = new CollectingCommand('consentinel')
    .description('Finds the root causes of AADSTS50000 in a Microsoft Entra tenant before users do.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => screen.out.write(text), writeErr: (text) => screen.log.write(text) })
    .showHelpAfterError('Run the command with --help to see all options.')
    .addOption(new Option('--config <file>', 'JSON file with settings; the environment takes precedence'))
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((text) => `  ${text}`).join('\n')}\n\nSettings come from the environment and from --config; docs/settings.md lists them.\nExit codes: 0 done, 1 failed or incomplete, 2 bad usage or settings.`,
    )
    .hook('preAction', () => prepare(program, line));
  addFindingCommands(program, line);
  addDecisionCommands(program, line);
  addInstallationCommands(program, line);
  addTransferCommands(program, line);
  addShellCommands(program, line);
  return program;
}

/** Reads the settings file, and warns about variables that are probably misspelled settings. */
function prepare(program: Command, line: CommandLine): void {
  for (const name of Object.keys(line.environment)) {
    const setting = similarSetting(name);
    if (setting) writeLine(line.screen.log, `Warning: ${name} is not a setting and has no effect. Use ${setting}.`);
  }
  const { config } = program.opts<{ config?: string }>();
  if (config !== undefined) line.useEnvironment(withSettingsFile(config, line.environment));
}
