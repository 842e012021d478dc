import { randomUUID } from 'node:crypto';
import { GraphError, tokenRevoked } from '../protocol/graph-error.js';
import type { Identity, IdentityName } from '../protocol/identity.js';
import type { SimulatedClock } from '../protocol/timestamps.js';

const readerRoles = [
  'Application.Read.All',
  'AuditLog.Read.All',
  'Policy.Read.All',
  'DelegatedPermissionGrant.Read.All',
  'Domain.Read.All',
  'OnPremDirectorySynchronization.Read.All',
  'Organization.Read.All',
  'Policy.Read.PermissionGrant',
  'User.Read.All',
];
const roles: Readonly<Record<IdentityName, readonly string[]>> = {
  reader: readerRoles,
  remediator: [
    'Application.ReadWrite.All',
    'Policy.Read.All',
    'Policy.ReadWrite.ApplicationConfiguration',
    'Policy.ReadWrite.PermissionGrant',
  ],
  // A consent grants all permissions that the app declares.
  app: readerRoles,
};
const graphAudience = /^(https:\/\/graph\.microsoft\.com\/?|00000003-0000-0000-c000-000000000000)$/;
const tokensKept = 1000;

/** A token that the simulator has issued. */
export interface IssuedToken {
  readonly identity: Identity;
  readonly audience: string;
  /** Unix seconds. */
  readonly expiresOn: number;
  /** Graph rejects the token. With claims, by a challenge. */
  revoked?: { readonly claims: string | undefined };
}

/** The identities of one tenant and their tokens. Tokens of other tenants are unknown here. */
export class Identities {
  readonly reader = identity('reader');
  readonly remediator = identity('remediator');
  /** The multi-tenant app. It gets a token only while `consented` is true. */
  readonly app: Identity;
  consented = false;
  readonly #issued = new Map<string, IssuedToken>();
  /** By identity: the claims of the latest challenge, until a token was requested with them. */
  readonly #challenges = new Map<Identity, string>();

  constructor(
    private readonly tenantId: string,
    private readonly lifetime: number,
    private readonly clock: SimulatedClock,
    appClientId: string = randomUUID(),
  ) {
    this.app = { ...identity('app'), clientId: appClientId };
  }

  /** The identity of a client id. Without a client id it is the reader, as the system-assigned identity. */
  find(clientId: string | null): Identity | undefined {
    if (clientId === null) return this.reader;
    return [this.reader, this.remediator].find((known) => known.clientId === clientId.toLowerCase());
  }

  /**
   * Issues a JWT without a signature. No other service accepts it.
   * @param requested the claims of the token request: JSON, empty for none; undefined where requests have no claims
   */
  issue(to: Identity, audience: string, requested?: string): { token: string; expiresOn: number; lifetime: number } {
    const iat = Math.floor(this.clock.now() / 1000);
    const expiresOn = iat + this.lifetime;
    const claims = { aud: audience, iss: `https://sts.windows.net/${this.tenantId}/`, iat, nbf: iat, exp: expiresOn };
    const subject = { appid: to.clientId, oid: to.objectId, sub: to.objectId, tid: this.tenantId, idtyp: 'app' };
    const payload = { ...claims, ...subject, roles: [...to.roles], uti: randomUUID(), ver: '1.0' };
    const token = `${encode({ typ: 'JWT', alg: 'none' })}.${encode(payload)}.`;
    const challenge = this.#challenges.get(to);
    const lacksClaims = challenge !== undefined && requested !== undefined && !contains(requested, challenge);
    if (!lacksClaims) this.#challenges.delete(to);
    this.#issued.set(token, {
      identity: to,
      audience,
      expiresOn,
      ...(lacksClaims && { revoked: { claims: challenge } }),
    });
    const oldest = this.#issued.keys().next().value;
    if (this.#issued.size > tokensKept && oldest !== undefined) this.#issued.delete(oldest);
    return { token, expiresOn, lifetime: this.lifetime };
  }

  /** Rejects every token that the identity has. @param claims the claims that a new one needs */
  revoke(of: Identity, claims?: string): void {
    for (const token of this.#issued.values()) if (token.identity === of) token.revoked = { claims };
    if (claims !== undefined) this.#challenges.set(of, claims);
  }

  /** True after the token's lifetime. */
  isExpired({ expiresOn }: IssuedToken): boolean {
    return expiresOn <= this.clock.now() / 1000;
  }

  /** The token's record; undefined if this tenant did not issue it. */
  issued(token: string): IssuedToken | undefined {
    return this.#issued.get(token);
  }

  /**
   * The identity behind an Authorization header.
   * @throws GraphError 401. Source: Graph error responses; the client needs a new token
   */
  authenticate(authorization: string | undefined): Identity {
    if (!authorization) throw unauthenticated('Access token is empty.');
    const issued = this.issued(bearerOf(authorization));
    if (!issued) throw unauthenticated('IDX14100: JWT is not well formed, or it was not issued here.');
    if (issued.revoked) throw tokenRevoked(issued.revoked.claims);
    if (this.isExpired(issued)) throw unauthenticated('Lifetime validation failed, the token is expired.');
    if (!graphAudience.test(issued.audience))
      throw unauthenticated('Access token validation failure. Invalid audience.');
    return issued.identity;
  }
}

/** The token in an Authorization header. */
export const bearerOf = (authorization: string) => authorization.replace(/^Bearer /i, '');

function identity(name: IdentityName): Identity {
  return { name, clientId: randomUUID(), objectId: randomUUID(), roles: new Set(roles[name]) };
}

/** Whether requested claims contain those of a challenge. Clients may add others, for example their capabilities. */
function contains(requested: string, challenge: string): boolean {
  const membersOf = (text: string): object => JSON.parse(text || '{}').access_token ?? {};
  const given = new Map<string, unknown>(Object.entries(membersOf(requested)));
  return Object.entries(membersOf(challenge)).every(
    ([name, value]) => JSON.stringify(given.get(name)) === JSON.stringify(value),
  );
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unauthenticated = (message: string) => new GraphError(401, 'InvalidAuthenticationToken', message);
