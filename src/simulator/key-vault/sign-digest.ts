import { createECDH, type KeyObject } from 'node:crypto';

/** The order of the group of P-256. Source: SEC 2, 2.4.2 (secp256r1). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * Signs a digest with ECDSA on P-256. `node:crypto` signs messages only, and Key Vault signs digests.
 * Source: FIPS 186-5, 6.4.1. Not constant in time: for simulated keys only.
 * @returns r and s, 64 bytes
 */
export function signDigest(key: KeyObject, digest: Buffer): Buffer {
  const d = numberOf(Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url'));
  for (;;) {
    const point = createECDH('prime256v1');
    point.generateKeys();
    const k = numberOf(point.getPrivateKey());
    const r = numberOf(point.getPublicKey().subarray(1, 33)) % order;
    const s = (inverse(k) * ((numberOf(digest) + r * d) % order)) % order;
    if (r !== 0n && s !== 0n) return Buffer.concat([bytesOf(r), bytesOf(s)]);
  }
}

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

/** The inverse modulo the order, by Fermat's little theorem. */
function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, value % order, order - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}
