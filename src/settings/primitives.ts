import { z } from 'zod';
import { guidPattern, isGuid } from '../model/entra/guid.js';

/** An id of Entra's. @param remedy shown where the value has another form */
export const guid = (remedy: string) => z.string().regex(guidPattern, remedy);

/** An empty app setting means the same as none. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

/** A managed identity. */
export const clientId = optional(guid('Give the client id of a user-assigned identity, a GUID, or leave it out.'));

/** The address of a service. */
export const uri = optional(z.url({ protocol: /^https$/, error: 'Give an absolute https URL.' }));

/** A whole number with a default. */
export const wholeNumber = (least: number, most: number, fallback: number) => {
  const remedy = `Give a whole number from ${least} to ${most}.`;
  return optional(z.coerce.number(remedy).int(remedy).min(least, remedy).max(most, remedy)).transform(
    (v) => v ?? fallback,
  );
};

/** Ids in lower case, each once. @param what they are, for the remedy */
export const guids = (what: string) =>
  optional(
    z.string().refine((text) => list(text).every(isGuid), `Give ${what}: GUIDs, separated by commas.`),
  ).transform((text) => [...new Set(list(text ?? '').map((id) => id.toLowerCase()))]);

/** True for an http URL that cannot leave this machine. */
export function isLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && !url.username;
}

/** What stands between commas. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
