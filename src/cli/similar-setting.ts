import leven from 'leven';
import { settingNames } from '../config.js';

/** A typing error changes at most this many characters. */
const typingErrors = 2;
/** Shorter names are similar to too many others. */
const shortestName = 7;
/** Words that occur in the variables of many programs. */
const common = new Set([
  'AZURE',
  'CLIENT',
  'CONTAINER',
  'CONNECTION',
  'FROM',
  'HOST',
  'ID',
  'IDS',
  'KEY',
  'KEYS',
  'NAME',
]);
for (const word of ['PATH', 'PUBLIC', 'SECRET', 'STORAGE', 'TENANT', 'TO', 'TOKEN', 'URI', 'URL', 'WEB'])
  common.add(word);

/**
 * The setting that a user probably meant: its name differs by a typing error, or by one word.
 * @returns undefined for the name of a setting, and for a name that is similar to none
 */
export function similarSetting(name: string): string | undefined {
  if (settingNames.includes(name) || name.length < shortestName) return undefined;
  const upper = name.toUpperCase();
  return (
    settingNames.find((setting) => leven(setting.toUpperCase(), upper) <= typingErrors) ??
    settingNames.find((setting) => differByOneWord(setting.split('_'), upper.split('_')))
  );
}

/** For example ALERT_TEAMS_URL and TEAMS_WEBHOOK_URL. */
function differByOneWord(setting: readonly string[], name: readonly string[]): boolean {
  const shared = setting.filter((word) => name.includes(word));
  const longer = Math.max(setting.length, name.length);
  return shared.length >= 2 && shared.length >= longer - 1 && shared.some((word) => !common.has(word));
}
