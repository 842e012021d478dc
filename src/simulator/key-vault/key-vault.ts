import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { bearerOf, type Identities } from '../identity/identities.js';
import type { Answer } from '../protocol/answer.js';
import type { IdentityName } from '../protocol/identity.js';
import { signDigest } from './sign-digest.js';

export type KeyOperation = 'get' | 'sign';

/** A request to the vault. */
export interface VaultRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** The audience of tokens for Key Vault. */
const resource = 'https://vault.azure.net';

/**
 * A Key Vault with one EC key. It answers the two operations that the product uses, with its challenge.
 * Source: Key Vault REST, get key and sign; "Authentication, requests and responses" (the challenge).
 */
export class KeyVault {
  readonly name = 'approvals';
  readonly #keys = new Map<string, KeyObject>();
  /** Who may do what. */
  readonly permissions: Record<KeyOperation, Set<IdentityName>> = {
    get: new Set(['reader']),
    sign: new Set(['reader']),
  };
  #version = '';

  constructor(
    private readonly origin: string,
    private readonly tenantId: string,
    private readonly identities: Identities,
  ) {
    this.rotate();
  }

  /** The address of the current version. */
  get keyUrl(): string {
    return this.#urlOf(this.#version);
  }

  /** The public keys of all versions, SPKI as PEM; the newest is the last. */
  get publicKeys(): readonly string[] {
    return [...this.#keys.values()].map((key) =>
      createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    );
  }

  /** Adds a new version of the key. Earlier versions stay usable. */
  rotate(): void {
    this.#version = randomUUID().replaceAll('-', '');
    this.#keys.set(this.#version, generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
  }

  answer({ method, path, authorization, body }: VaultRequest): Answer {
    const [, name = '', version = this.#version, operation] =
      /^\/keys\/([^/]+)(?:\/([^/]+))?(?:\/(sign))?\/?$/.exec(path) ?? [];
    const issued = authorization && this.identities.issued(bearerOf(authorization));
    if (!issued || issued.audience !== resource || issued.revoked || this.identities.isExpired(issued))
      return this.#challenge();
    const wanted = operation && method === 'POST' ? 'sign' : !operation && method === 'GET' ? 'get' : undefined;
    if (!wanted) return error(405, 'MethodNotAllowed', `${method} is not allowed for ${path}.`);
    if (!this.permissions[wanted].has(issued.identity.name))
      return error(403, 'Forbidden', `Caller is not authorized to perform action: keys/${wanted}/action.`);
    const key = name === this.name ? this.#keys.get(version) : undefined;
    if (!key)
      return error(404, 'KeyNotFound', `A key with (name/id) ${name}/${version} was not found in this key vault.`);
    return wanted === 'get' ? this.#bundle(key, version) : this.#sign(key, version, body);
  }

  #bundle(key: KeyObject, version: string): Answer {
    const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
    const jwk = { kid: this.#urlOf(version), kty, key_ops: ['sign', 'verify'], crv, x, y };
    return json(200, { key: jwk, attributes: { enabled: true } });
  }

  #sign(key: KeyObject, version: string, body: unknown): Answer {
    const { alg, value } = (body ?? {}) as { alg?: unknown; value?: unknown };
    const digest = Buffer.from(String(value), 'base64url');
    if (alg !== 'ES256' || digest.length !== 32)
      return error(400, 'BadParameter', 'The algorithm or the length of the digest does not fit the key.');
    return json(200, { kid: this.#urlOf(version), value: signDigest(key, digest).toString('base64url') });
  }

  #urlOf(version: string): string {
    return `${this.origin}/keys/${this.name}/${version}`;
  }

  #challenge(): Answer {
    const challenge = `Bearer authorization="https://login.microsoftonline.com/${this.tenantId}", resource="${resource}"`;
    const { status, body = '' } = error(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
    return { status, body, headers: { ...jsonHeaders, 'WWW-Authenticate': challenge } };
  }
}

const jsonHeaders = { 'Content-Type': 'application/json; charset=utf-8' };
const json = (status: number, value: object): Answer => ({ status, headers: jsonHeaders, body: JSON.stringify(value) });
const error = (status: number, code: string, message: string): Answer => json(status, { error: { code, message } });
