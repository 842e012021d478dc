import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { badRequest } from './graph-error.js';

/**
 * Encrypts the position at which a listing continues, so that no client can use a page token as an offset.
 * Source: "Paging Microsoft Graph data": the token is opaque, and clients use the complete next link.
 */
export class PageTokens {
  readonly #key = randomBytes(16);

  /**
   * @param listing collection and filter; the token is valid for this listing only
   * @param position position of the next object
   */
  seal(listing: string, position: number): string {
    return this.sealText(listing, String(position));
  }

  /** @throws GraphError 400 for a token of another listing, or one that `seal` did not make */
  open(listing: string, token: string): number {
    return Number(this.openText(listing, token));
  }

  /** A token with any content. */
  sealText(listing: string, content: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-128-gcm', this.#key, iv);
    cipher.setAAD(Buffer.from(listing));
    const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws GraphError 400 for a token of another listing, or one that `sealText` did not make */
  openText(listing: string, token: string): string {
    const bytes = Buffer.from(token, 'base64url');
    try {
      const decipher = createDecipheriv('aes-128-gcm', this.#key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(bytes.subarray(12, 28));
      decipher.setAAD(Buffer.from(listing));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
    } catch {
      throw badRequest('The specified page token is not valid for the request.');
    }
  }
}
