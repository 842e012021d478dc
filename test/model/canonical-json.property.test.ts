import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../src/model/text/canonical-json.js';

/** The definition. The hashes of stored plans, audit events and changes depend on each character of it. */
function defined(value: unknown): string {
  return JSON.stringify(sorted(JSON.parse(JSON.stringify(value))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, Number.NaN, '\u2028', '\ud800', () => 1, Symbol('s')),
  fc.date({ noInvalidDate: true }),
);
const name = fc.oneof(
  fc.string(),
  fc.nat().map(String),
  fc.constantFrom('__proto__', 'toString', '01', '4294967294', '4294967295', '1e3', '-1', '', 'é', '\ud800', '\uffff'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((members) => Object.fromEntries(members)),
  ),
}));

it('the text is that of the definition, whatever the names and values are', () => {
  fc.assert(
    fc.property(fc.array(value), (whole) => {
      expect(canonicalJson(whole)).toBe(defined(whole));
      expect(canonicalJson(JSON.parse(canonicalJson(whole)))).toBe(canonicalJson(whole));
    }),
    { numRuns: 500 },
  );
});

it('a value without JSON is refused', () => {
  expect(() => canonicalJson(undefined)).toThrow('The value has no JSON.');
});
