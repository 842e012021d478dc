import { Argument, type Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { completeCommand, completeWords, completion, shells } from './commands/completion.js';

/** Registers the commands that complete words in a shell. */
export function addShellCommands(program: Command, { screen, end }: CommandLine): void {
  program
    .command('completion')
    .helpGroup('Installation:')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .action((shell) => end(completion(screen, shell)));
  program
    .command(completeCommand, { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action((words) => end(completeWords(screen, program, words)));
}
