import { createHash } from 'node:crypto';

/** 48 bits: as many as a number holds exactly in whole bytes. */
const hashBytes = 6;

/**
 * A number that is equal for equal objects. The order of members and of list entries does not count, because a delta and a
 * listing may differ in it; nor do members without a value.
 */
export function objectHash(object: object): number {
  return createHash('sha256').update(canonical(object)).digest().readUIntBE(0, hashBytes);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  const texts = members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${texts.sort().join()}}`;
}
