import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isThumbprintOf } from '../../src/model/entra/thumbprint.js';

const hash = (algorithm: string, of: string | Uint8Array) => createHash(algorithm).update(of).digest();
const certificate = fc.uint8Array({ minLength: 1, maxLength: 64 });
const otherCase = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

describe('a thumbprint and the identifier of a key', () => {
  it('belong to one certificate in the example of Graph', () => {
    const [thumbprint, identifier] = ['DA20FCA696C4F83E8A9AED59BE33368ED421F3C1', '2iD8ppbE+D6Kmu1ZvjM2jtQh88E='];
    expect(isThumbprintOf(thumbprint, identifier)).toBe(true);
    expect(isThumbprintOf(thumbprint.toLowerCase(), identifier)).toBe(true);
    expect(isThumbprintOf(identifier, thumbprint)).toBe(true);
  });

  it('belong to one certificate in every form', () => {
    fc.assert(
      fc.property(certificate, fc.constantFrom('sha1', 'sha256'), (bytes, algorithm) => {
        const digest = hash(algorithm, bytes);
        const hexadecimal = digest.toString('hex');
        const forms = [hexadecimal, hexadecimal.toUpperCase(), digest.toString('base64')];
        for (const thumbprint of forms) {
          for (const identifier of forms) expect(isThumbprintOf(thumbprint, identifier)).toBe(true);
          for (const digits of [hexadecimal, otherCase(hexadecimal)])
            expect(isThumbprintOf(thumbprint, hash('sha256', digits).toString('base64'))).toBe(true);
        }
      }),
    );
  });

  it('belong to two certificates if the certificates differ', () => {
    fc.assert(
      fc.property(certificate, certificate, fc.constantFrom('hex', 'base64'), (one, other, encoding) => {
        fc.pre(Buffer.compare(one, other) !== 0);
        const thumbprint = hash('sha1', one).toString('hex');
        const identifiers = [
          hash('sha1', other),
          hash('sha256', other),
          hash('sha256', hash('sha1', other).toString('hex')),
        ];
        for (const identifier of identifiers)
          expect(isThumbprintOf(thumbprint, identifier.toString(encoding as BufferEncoding))).toBe(false);
      }),
    );
  });

  it('name nothing as other texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (thumbprint, identifier) => {
        fc.pre(!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(thumbprint) && !/=$/.test(thumbprint));
        expect(isThumbprintOf(thumbprint, identifier)).toBe(false);
      }),
    );
    for (const text of ['unused', '', 'VGVzdA=='])
      expect([isThumbprintOf(text, text), isThumbprintOf('a'.repeat(40), text)]).toEqual([false, false]);
  });
});
