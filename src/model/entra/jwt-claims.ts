/** The claims of a token that a diagnosis uses; nothing else of the token is kept. */
export interface JwtClaims {
  readonly aud?: string;
  readonly iss?: string;
  readonly sub?: string;
  readonly oid?: string;
  readonly tid?: string;
  /** The client the token was issued to: `appid` in v1.0, `azp` in v2.0. An id_token has neither. */
  readonly client?: string;
  readonly idtyp?: string;
  /** Milliseconds since 1970. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  /** The token has delegated permissions. */
  readonly hasScopes: boolean;
  /** The token has application permissions, or roles of the user. */
  readonly hasRoles: boolean;
  /** The token has claims that OpenID Connect puts into id_tokens only. */
  readonly hasIdTokenClaims: boolean;
}

export type Jwt = { readonly kind: 'claims'; readonly claims: JwtClaims } | { readonly kind: 'encrypted' | 'no-jwt' };

const part = /^[\w-]+=*$/;

/**
 * Reads the claims of a token without checking its signature: enough to find faults, never to trust the token.
 * Source: RFC 7519; Microsoft identity platform, access token claims and id_token claims reference.
 */
export function readJwt(token: string): Jwt {
  const parts = token.trim().split('.');
  if (parts.length === 5 && parts.every((text, at) => at === 1 || part.test(text))) return { kind: 'encrypted' };
  const [head = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || ![head, payload].every((text) => part.test(text))) return { kind: 'no-jwt' };
  const claims = objectIn(payload);
  const isToken = claims && objectIn(head) && (signature === '' || part.test(signature));
  return isToken ? { kind: 'claims', claims: claimsIn(claims) } : { kind: 'no-jwt' };
}

function objectIn(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function claimsIn(claims: Record<string, unknown>): JwtClaims {
  const found: Record<string, string | number> = {};
  for (const name of ['iss', 'sub', 'oid', 'tid', 'idtyp']) {
    const value = claims[name];
    if (typeof value === 'string') found[name] = value;
  }
  for (const name of ['exp', 'nbf', 'iat']) {
    const at = millisecondsOf(claims[name]);
    if (at !== undefined) found[name] = at;
  }
  const aud = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud;
  const client = claims.appid ?? claims.azp;
  return {
    ...found,
    ...(typeof aud === 'string' && { aud }),
    ...(typeof client === 'string' && { client }),
    hasScopes: typeof claims.scp === 'string' && claims.scp !== '',
    hasRoles: Array.isArray(claims.roles) && claims.roles.length > 0,
    hasIdTokenClaims: ['at_hash', 'c_hash', 'nonce'].some((name) => claims[name] !== undefined),
  };
}

/** Seconds since 1970 as milliseconds; undefined for a value that is not a date. */
function millisecondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  return Math.abs(seconds) <= 8_640_000_000_000 ? seconds * 1000 : undefined;
}
