import { z } from 'zod';
import { guidPattern, isGuid } from '../model/entra/guid.js';

/** The client id of a managed identity. */
export const clientId = z
  .string()
  .regex(guidPattern, 'Give the client id of a user-assigned identity, a GUID, or remove the setting.');

/** The address of a service. */
export const uri = z.url({ protocol: /^https$/, error: 'Give an absolute https URL.' });

/** `on` or `off` as a boolean. */
export const onOff = z.enum(['on', 'off'], 'Give on or off.').transform((value) => value === 'on');

/** A whole number within limits. */
export function wholeNumber(least: number, most: number) {
  const remedy = `Give a whole number from ${least} to ${most}.`;
  return z.coerce.number(remedy).int(remedy).min(least, remedy).max(most, remedy);
}

/** Ids in lower case, without duplicates. @param what the ids identify, for the remedy */
export function guids(what: string) {
  return z
    .string()
    .refine((text) => list(text).every(isGuid), `Give ${what}: GUIDs, separated by commas.`)
    .transform((text): readonly string[] => [...new Set(list(text).map((id) => id.toLowerCase()))]);
}

/** True for an http URL of this machine: a request to it does not leave the machine. */
export function isLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && !url.username;
}

/** True for an https URL of at most 2,000 characters without credentials. */
export function isHttps(value: string): boolean {
  if (!URL.canParse(value) || value.length > 2000) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === 'https:' && username === '' && password === '';
}

/** The parts of a comma-separated list, without blanks around them and without empty parts. */
export function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
