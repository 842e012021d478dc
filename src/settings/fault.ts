import { ConsentinelError } from '../model/errors.js';

/** A fault of one setting. */
export interface Fault {
  readonly setting: string;
  /** The value as given, or a note instead of a secret. */
  readonly value: string;
  readonly remedy: string;
}

/** All faults of the settings, reported together. */
export class SettingsError extends ConsentinelError {
  constructor(readonly faults: readonly Fault[]) {
    const lines = faults.map(({ setting, value, remedy }) => `  ${setting} = ${value}\n    ${remedy}`);
    const what = faults.length === 1 ? 'A setting is' : `${faults.length} settings are`;
    super('config-invalid', `${what} invalid:\n${lines.join('\n')}`);
  }
}

/** A setting that is missing. */
export function missing(setting: string, remedy: string): Fault {
  return { setting, value: '(not set)', remedy };
}

/** The text that stands for the value of a secret. */
export const masked = '(a secret, not shown)';
