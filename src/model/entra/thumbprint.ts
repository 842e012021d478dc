import { createHash } from 'node:crypto';

/** A SHA-1 or a SHA-256 in hexadecimal digits. */
const hexadecimal = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
/** A SHA-1 (20 bytes) or a SHA-256 (32 bytes) in base64. */
const base64 = /^(?:[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=)$/;

/**
 * Whether the `customKeyIdentifier` of a key belongs to the certificate that a thumbprint names. Graph's identifier is
 * opaque; three forms occur: the hexadecimal digits of the thumbprint, the bytes of a SHA-1 or SHA-256 of the
 * certificate in base64, and the SHA-256 of the thumbprint's digits in base64.
 * Sources: Graph, servicePrincipal: addTokenSigningCertificate (`customKeyIdentifier` 2iD8ppbE+D6Kmu1ZvjM2jtQh88E= is the
 * thumbprint DA20FCA696C4F83E8A9AED59BE33368ED421F3C1); Microsoft Learn, "Customize claims with policies": its script
 * computes the third form.
 * @param thumbprint in hexadecimal digits or in base64; any other text names no certificate
 */
export function isThumbprintOf(thumbprint: string, customKeyIdentifier: string | null | undefined): boolean {
  const wanted = digestIn(thumbprint);
  if (!wanted || !customKeyIdentifier) return false;
  const given = digestIn(customKeyIdentifier);
  return given === wanted || (given !== undefined && hashesOfDigits(wanted).includes(given));
}

/** The digest in lower-case hexadecimal digits; undefined for a text of another form. */
function digestIn(text: string): string | undefined {
  if (hexadecimal.test(text)) return text.toLowerCase();
  return base64.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined;
}

function hashesOfDigits(digest: string): string[] {
  return [digest.toUpperCase(), digest].map((digits) => createHash('sha256').update(digits, 'ascii').digest('hex'));
}
