import { InvalidArgumentError, Option } from 'commander';
import { isGuid } from '../model/entra/guid.js';

/** What `--tenant` says. */
export interface OfTenant {
  readonly tenant?: string;
}

/** Names the tenant of a command. */
export function tenantOption(meaning = 'tenant to work on; needed where TENANT_IDS names several'): Option {
  return new Option('--tenant <id>', meaning).argParser((text) => {
    if (isGuid(text)) return text.toLowerCase();
    throw new InvalidArgumentError('Give the directory (tenant) id, a GUID.');
  });
}

/** Reads the value of an option. @throws InvalidArgumentError which commander shows with the option's name */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
