import { InvalidArgumentError, Option } from 'commander';
import { isGuid } from '../model/entra/guid.js';

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
