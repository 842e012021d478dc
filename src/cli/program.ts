import { Command } from 'commander';
import { version } from '../version.js';
import type { CommandLine } from './command-line.js';
import { addDecisionCommands } from './decision-commands.js';
import { addFindingCommands } from './finding-commands.js';
import { addInstallationCommands } from './installation-commands.js';

/** The program `consentinel` with all its commands. */
export function createProgram(line: CommandLine): Command {
  const { screen } = line;
  const program = new Command('consentinel')
    .description('Finds the root causes of AADSTS50000 in a Microsoft Entra tenant before users do.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => screen.out.write(text), writeErr: (text) => screen.log.write(text) })
    .showHelpAfterError('Run the command with --help to see all commands.')
    .addHelpText(
      'after',
      '\nAll settings come from the environment; docs/settings.md lists them.\nExit codes: 0 done, 1 failed or incomplete, 2 bad usage or settings.',
    );
  addFindingCommands(program, line);
  addDecisionCommands(program, line);
  addInstallationCommands(program, line);
  return program;
}
