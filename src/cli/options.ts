import { type Command, InvalidArgumentError, Option } from 'commander';
import { isGuid } from '../model/entra/guid.js';
import { type TextLimits, textRemedy } from '../model/finding/decision-text.js';

/** The value of `--tenant`. */
export interface TenantOption {
  readonly tenant?: string;
}

/** The option `--tenant` of a command. */
export function tenantOption(meaning = 'tenant of the command; required if TENANT_IDS has several'): Option {
  return new Option('--tenant <id>', meaning).argParser((text) => {
    if (isGuid(text)) return text.toLowerCase();
    throw new InvalidArgumentError('Give the directory (tenant) id, a GUID.');
  });
}

/**
 * A parser for an option with a whole number, both limits included.
 * @throws InvalidArgumentError which commander shows with the option's name
 */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** Control characters except the tab and the line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must find control characters
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/**
 * A parser for a text that goes to the audit trail.
 * @param what the name of the text, with its article, for example `a reason`
 * @throws InvalidArgumentError which commander shows with the option's name
 */
export function auditText(what: string, limits: TextLimits): (text: string) => string {
  return (text) => {
    const remedy = textRemedy(text, what, limits);
    if (remedy) throw new InvalidArgumentError(remedy);
    if (control.test(text)) throw new InvalidArgumentError(`Enter ${what} without control characters.`);
    return text;
  };
}

/**
 * The options for the format of a command: `--output`, and the older flag as an alias that help does not show.
 * @param formats the first is the default
 * @param alias `--json`, or `--format <format>`
 */
export function addOutput(command: Command, formats: readonly string[], alias: 'json' | 'format' = 'json'): Command {
  const [usual = ''] = formats;
  command.addOption(new Option('--output <format>', `format of the result (default: ${usual})`).choices(formats));
  if (alias === 'json') return command.addOption(new Option('--json', 'the same as --output json').hideHelp());
  return command.addOption(new Option('--format <format>', 'the same as --output').choices(formats).hideHelp());
}

/** The values of `addOutput`. */
export interface OutputOptions {
  readonly output?: string;
  readonly json?: boolean;
  readonly format?: string;
}

/** Whether the result is JSON. */
export function isJson({ output, json, format }: OutputOptions): boolean {
  return (output ?? (json ? 'json' : format)) === 'json';
}
