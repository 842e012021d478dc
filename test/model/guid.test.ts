import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isGuid } from '../../src/model/entra/guid.js';
import { findingId, isFindingId } from '../../src/model/finding/finding.js';

const guid = '01234567-89ab-cdef-0123-456789abcdef';

describe('a GUID', () => {
  it.each([guid, guid.toUpperCase()])('is recognized: %s', (text) => expect(isGuid(text)).toBe(true));

  it.each([
    undefined,
    '',
    ` ${guid}`,
    `${guid}\n`,
    `{${guid}}`,
    guid.replaceAll('-', ''),
    `${guid}0`,
    guid.replace('a', 'g'),
  ])('is not %j', (text) => expect(isGuid(text)).toBe(false));
});

describe('the id of a finding', () => {
  it('is recognized', () => {
    expect(isFindingId(findingId({ tenantId: 't', ruleId: 'r', objectId: 'o', key: '' }))).toBe(true);
  });

  it.each([undefined, 17, '', '0123456789ABCDEF', '0123456789abcde', '0123456789abcdef0', '0123456789abcdef\n'])(
    'is not %j',
    (value) => expect(isFindingId(value)).toBe(false),
  );
});

it('only one file each has the pattern of a GUID and of a finding id', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const own = /\[0-9a-f\]\{(8|16)\}/;
  // The simulator checks ids as Graph does, and shares no code with the product that it tests.
  const product = files.filter((file) => !file.startsWith('simulator/'));
  expect(product.filter((file) => own.test(readFileSync(path.join('src', file), 'utf8'))).sort()).toEqual([
    'model/entra/guid.ts',
    'model/finding/finding.ts',
  ]);
});
