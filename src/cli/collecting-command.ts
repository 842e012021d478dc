import { type Argument, Command, CommanderError, type HelpContext, type Option } from 'commander';
import { safeText } from '../model/text/safe-text.js';

/** The mistakes that do not prevent the check of the other arguments. */
const collected = new Set([
  'commander.invalidArgument',
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.unknownOption',
  'commander.excessArguments',
  'commander.conflictingOption',
]);

/** Characters of an invalid value in its message. */
const longestShown = 80;

/**
 * A command that reports all mistakes of its arguments together. Commander ends at the first one, so a user corrects one
 * after another.
 */
export class CollectingCommand extends Command {
  #hasUnknownOption = false;

  /** @param mistakes the messages so far, shared by all commands of the program */
  constructor(
    name: string,
    private readonly mistakes: string[] = [],
  ) {
    super(name);
    this.hook('preAction', () => this.#throwMistakes());
  }

  override createCommand(name?: string): Command {
    return new CollectingCommand(name ?? '', this.mistakes);
  }

  override addOption(option: Option): this {
    this.#collectFaults(option, (value) => `option '${option.flags}' argument '${value}'`);
    return super.addOption(option);
  }

  override addArgument(argument: Argument): this {
    this.#collectFaults(argument, (value) => `argument '<${argument.name()}>' value '${value}'`);
    return super.addArgument(argument);
  }

  /** Shows the help of the command that the arguments name. An unknown one fails as it does without `help`. */
  override outputHelp(context?: HelpContext | ((text: string) => string)): void {
    let command: Command = this;
    for (const name of this.#commandNames()) {
      const named = command.commands.find((one) => one.name() === name);
      if (!named) reportUnknown(command, name);
      command = named;
    }
    if (command === this) super.outputHelp(context as HelpContext);
    else command.outputHelp(context as HelpContext);
  }

  /** The names after `help` and this command, or before `--help`. Commander ignores them. */
  #commandNames(): string[] {
    const [first, , ...after] = this.parent?.args ?? [];
    const own = this.commands.length > 0 ? this.args : [];
    const words = first === 'help' ? after : own.slice(own[0] === 'help' ? 1 : 0);
    const option = words.findIndex((word) => word.startsWith('-'));
    return option < 0 ? words : words.slice(0, option);
  }

  #collectFaults(part: Option | Argument, named: (value: string) => string): void {
    const { parseArg } = part;
    if (!parseArg) return;
    part.argParser((text: string, previous: never) => {
      try {
        return parseArg(text, previous);
      } catch (error) {
        if (!(error instanceof CommanderError) || error.code !== 'commander.invalidArgument') throw error;
        this.mistakes.push(`error: ${named(shownValue(text))} is invalid. ${error.message}`);
        return previous;
      }
    });
  }

  override error(message: string, options: { exitCode?: number; code?: string } = {}): never {
    if (!collected.has(options.code ?? '')) return super.error(message, options);
    this.#hasUnknownOption ||= options.code === 'commander.unknownOption';
    // Commander counts an unknown option and its value as arguments.
    if (options.code !== 'commander.excessArguments' || !this.#hasUnknownOption) this.mistakes.push(message);
    // Commander continues with the next check. The hook reports the mistakes before the action runs.
    return undefined as never;
  }

  #throwMistakes(): void {
    if (this.mistakes.length === 0) return;
    const text = [...new Set(this.mistakes)].join('\n');
    this.mistakes.length = 0;
    super.error(text, { exitCode: 2, code: 'consentinel.mistakes' });
  }
}

/** Fails as the command fails with this name. Commander suggests a similar name only where it parses one. */
function reportUnknown(command: Command, name: string): never {
  if (command.commands.length > 0) command.parse([name], { from: 'user' });
  command.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' });
}

/** The value as a terminal can show it: its start, with control characters as escapes. */
function shownValue(text: string): string {
  return safeText(text.length > longestShown ? `${text.slice(0, longestShown)}...` : text);
}
