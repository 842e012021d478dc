import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { badRequest } from './graph-error.js';

/**
 * Seals where a listing goes on, so that no client can take a page token for an offset.
 * Source: "Paging Microsoft Graph data": the token is opaque, the next link is to be used whole.
 */
export class PageTokens {
  readonly #key = randomBytes(16);

  /**
   * @param listing what is listed and how; a token serves no other listing
   * @param position of the next object
   */
  seal(listing: string, position: number): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-128-gcm', this.#key, iv);
    cipher.setAAD(Buffer.from(listing));
    const sealed = Buffer.concat([cipher.update(String(position)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws GraphError 400 for a token of another listing or of nobody */
  open(listing: string, token: string): number {
    const bytes = Buffer.from(token, 'base64url');
    try {
      const decipher = createDecipheriv('aes-128-gcm', this.#key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(bytes.subarray(12, 28));
      decipher.setAAD(Buffer.from(listing));
      return Number(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString());
    } catch {
      throw badRequest('The specified page token is not valid for the request.');
    }
  }
}
