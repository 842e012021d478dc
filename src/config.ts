import { configSchema, crossFaults, derive } from './config/schema.js';
import { type Fault, masked, SettingsError } from './settings/fault.js';
import { type Environment, readSettings } from './settings/read-settings.js';
import { settingsOf } from './settings/setting.js';
import { settingsTable } from './settings/settings-table.js';

export { queueConnection, type StorageConfig } from './config/storage.js';
export { isLoopback } from './settings/primitives.js';
export { type Fault, masked, SettingsError };

/** The settings, checked and frozen: each value is at the place of its declaration. */
export type Config = Frozen<ReturnType<typeof derive>>;

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** Every setting: its name, whether it is a secret, its place in `Config` and its documentation. */
export const settings = settingsOf(configSchema);

export const settingNames: readonly string[] = settings.map(({ name }) => name);

/** A setting as a person may see it. */
export interface ShownSetting {
  readonly name: string;
  /** Undefined where it is not set, and for a secret. */
  readonly value?: string;
  readonly isSet: boolean;
  readonly secret: boolean;
  /** Markdown: the value where it is not set. */
  readonly defaultText: string;
  /** Markdown. */
  readonly meaning: string;
}

/** Every setting of an environment with its value; a secret only with whether it is set. */
export function shownSettings(environment: Environment): ShownSetting[] {
  return settings.map(({ name, secret, defaultText, meaning }) => {
    const value = environment[name] ?? '';
    const isSet = value !== '';
    return { name, secret, defaultText, meaning, isSet, ...(isSet && !secret && { value }) };
  });
}

/** The table of docs/settings.md, Markdown. */
export const settingsDocumentation = (): string => settingsTable(configSchema);

/**
 * Reads the settings; the names and defaults are the contract in `docs/settings.md`.
 * @param environment the environment of the process, or of a test
 * @throws SettingsError `config-invalid` with every fault: the setting, its value (secrets are masked) and the remedy
 */
export function readConfig(environment: Environment): Config {
  const reading = readSettings(configSchema, environment);
  const faults = 'faults' in reading ? reading.faults : crossFaults(reading.values);
  if ('faults' in reading || faults.length > 0) throw new SettingsError(faults);
  return freeze(derive(reading.values));
}

function freeze<T extends object>(value: T): Frozen<T> {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value) as Frozen<T>;
}
