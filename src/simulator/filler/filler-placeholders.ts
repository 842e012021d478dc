import type { PageBytes } from '../protocol/page-bytes.js';
import { type GuidSequence, guidLength, mix } from './guid-sequence.js';
import type { IdSequences } from './id-sequences.js';
import type { Placeholder } from './template.js';

const subjects = ['Payroll', 'Invoice', 'Travel', 'Badge', 'Warehouse', 'Fleet', 'Newsletter', 'Inventory'];
const purposes = ['Sync', 'Portal', 'Connector', 'Export', 'Bot', 'Reports', 'Gateway', 'Archive'];
const names = subjects.flatMap((subject) =>
  purposes.map((purpose) => Uint8Array.from(Buffer.from(`${subject} ${purpose}`))),
);
const days = Array.from({ length: 1024 }, (_, day) => {
  const at = new Date(Date.UTC(2021, 0, 1, day % 24, day % 60) + day * 86_400_000);
  return Uint8Array.from(Buffer.from(at.toISOString().replace('.000', '')));
});
const upperDigits = Buffer.from('0123456789ABCDEF');

/** Writes a GUID of the sequence. */
const guid =
  (sequence: GuidSequence): Placeholder =>
  (page, index) => {
    sequence.write(page.bytes, page.length, index);
    page.length += guidLength;
  };

/**
 * The placeholders of the filler's variants, by name.
 * @param ids the sequences of the filler
 * @param objectIds object ids of the collection
 * @param keys keyIds of the collection
 */
export function fillerPlaceholders(
  ids: IdSequences,
  objectIds: GuidSequence,
  keys: readonly [GuidSequence, GuidSequence],
): Record<string, Placeholder> {
  return {
    id: guid(objectIds),
    appId: guid(ids.appIds),
    firstKeyId: guid(keys[0]),
    secondKeyId: guid(keys[1]),
    plantedKeyId: guid(ids.plantedKeys),
    owner: (page, index) => guid(ids.owners)(page, index % 64),
    name: (page, index) => page.append(names[mix(index) % names.length] as Uint8Array),
    created: (page, index) => page.append(days[mix(index) % days.length] as Uint8Array),
    number: writeNumber,
    thumbprint: writeThumbprint,
  };
}

/** Seven decimal digits. */
function writeNumber(page: PageBytes, index: number): void {
  let rest = index;
  for (let at = page.length + 6; at >= page.length; at--) {
    page.bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  page.length += 7;
}

/** Forty hexadecimal digits, the form of a certificate thumbprint. */
function writeThumbprint(page: PageBytes, index: number): void {
  for (let word = 0; word < 5; word++) {
    const bits = mix(index ^ Math.imul(word + 1, 0x85ebca6b));
    for (let shift = 28; shift >= 0; shift -= 4) page.bytes[page.length++] = upperDigits[(bits >>> shift) & 15] ?? 0;
  }
}
