import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * A self-signed certificate, DER. The program discards its private key, so no sign-in can use it.
 * Source: RFC 5280, section 4.1 (Certificate, TBSCertificate); RFC 5758 (ecdsa-with-SHA256).
 * @param name its common name: letters, digits, spaces and hyphens
 */
export function selfSignedCertificate(name: string, from: Date, until: Date): Buffer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const named = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name, 'ascii')))));
  // The first bit is zero, so that the number is positive.
  const serial = randomBytes(16);
  serial.writeUInt8(0x40 | (serial.readUInt8(0) & 0x3f), 0);
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    named,
    sequence(time(from), time(until)),
    named,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', content, privateKey);
  return sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
}

/** One element of DER. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

function oid(hexadecimal: string): Buffer {
  return der(0x06, Buffer.from(hexadecimal, 'hex'));
}

/** UTCTime, for years before 2050. */
function time(date: Date): Buffer {
  const text = `${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`;
  return der(0x17, Buffer.from(text, 'ascii'));
}
