import { readFileSync } from 'node:fs';
import { type Fault, masked, SettingsError, settings } from '../config.js';
import { ConsentinelError } from '../model/errors.js';
import { similarSetting } from './similar-setting.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** These decide where tokens go, and whether the program writes: only the environment and the command line set them. */
const environmentOnly = ['GRAPH_ENDPOINT', 'REMEDIATION'];

/** The settings that a file may contain. */
export const fileSettings = settings.filter(({ name, secret }) => !secret && !environmentOnly.includes(name));

/**
 * The environment, and the settings of a JSON file for what it does not set.
 * @param path the value of `--config`
 * @throws ConsentinelError `usage-invalid` for a file that cannot be read, `config-invalid` with every fault of its members
 */
export function withSettingsFile(path: string, environment: Environment): Environment {
  const members = membersOf(path);
  const faults = members.flatMap(([name, value]) => faultOf(name, value) ?? []);
  if (faults.length > 0) throw new SettingsError(faults);
  const known = members.filter(([name]) => name !== '$schema').map(([name, value]) => [name, textOf(value)]);
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  return { ...environment, ...Object.fromEntries(known), ...Object.fromEntries(set) };
}

function membersOf(path: string): [string, unknown][] {
  const invalid = (problem: string, remedy: string) =>
    new ConsentinelError('usage-invalid', `--config ${JSON.stringify(path)}: ${problem}`, remedy);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw invalid(`the file cannot be read (${(error as NodeJS.ErrnoException).code}).`, 'Check the path.');
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch {
    // The message of the parser quotes the file, which can contain a secret.
  }
  throw invalid('the file is not a JSON object.', 'See docs/schema/config.schema.json.');
}

function faultOf(name: string, value: unknown): Fault | undefined {
  if (name === '$schema') return undefined;
  const known = settings.find((setting) => setting.name === name);
  if (!known) {
    const similar = similarSetting(name);
    return {
      setting: name,
      value: '(in the file)',
      remedy: similar ? `No setting has this name. Use ${similar}.` : 'No setting has this name. Remove it.',
    };
  }
  if (known.secret)
    return { setting: name, value: masked, remedy: 'A file must not contain a secret. Set the environment variable.' };
  if (environmentOnly.includes(name))
    return { setting: name, value: '(in the file)', remedy: 'A file cannot set it. Set the environment variable.' };
  return textOf(value) === undefined
    ? {
        setting: name,
        value: JSON.stringify(value),
        remedy: 'Give a text, a number, true or false, or a list of texts.',
      }
    : undefined;
}

/** A value as the environment would contain it. A list becomes a text with commas, true and false become on and off. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return undefined;
}

/** The JSON Schema of a settings file. */
export function settingsFileSchema(): object {
  const members = fileSettings.map(({ name, meaning }) => [
    name,
    {
      description: meaning,
      anyOf: [{ type: ['string', 'number', 'boolean'] }, { type: 'array', items: { type: 'string' } }],
    },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of the command line of Consentinel (--config FILE)',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(members) },
    additionalProperties: false,
  };
}
