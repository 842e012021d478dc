import { type AuthenticationResult, type Authenticator, cookieOf, type Visitor } from './authenticator.js';
import { healthPath } from './health-path.js';
import { newSecret } from './secrets.js';

/** The app roles of the app registration that users sign in to. */
export const appRoles = { reader: 'Consentinel.Reader', approver: 'Consentinel.Approver' } as const;

export interface AppServiceOptions {
  /** WEBSITE_AUTH_ENABLED is `True`: the platform checks every request and strips forged headers. */
  readonly authenticationEnabled: boolean;
  /** The setting PUBLIC_URL. */
  readonly publicUrl?: string;
}

const sessionCookie = '__Host-consentinel';

/**
 * Authenticates in Azure: App Service authentication verifies the user and adds a header. Where it is off, any client
 * can send that header, so every request is rejected.
 * Source: Microsoft Learn, "Work with user identities in Azure App Service authentication".
 */
export function appServiceAuthenticator({ authenticationEnabled, publicUrl }: AppServiceOptions): Authenticator {
  return {
    wrongHost: () => undefined,
    validatesBearerTokens: authenticationEnabled,
    authenticate: (request) => (authenticationEnabled ? authenticate(request) : authenticationOff),
    // TLS ends before this process: the URL of a request can be http where the page is https.
    origins: (request) => [
      `https://${new URL(request.url).host}`,
      ...(publicUrl && URL.canParse(publicUrl) ? [new URL(publicUrl).origin] : []),
    ],
  };
}

const authenticationOff: AuthenticationResult = {
  kind: 'rejected',
  status: 403,
  title: 'Authentication is off',
  text: 'App Service authentication is off, so this page cannot identify users. Turn it on for this function app and require sign-in.',
};

const notSignedIn: AuthenticationResult = {
  kind: 'rejected',
  status: 401,
  title: 'Sign in',
  text: 'App Service authentication did not identify you. Sign in with your work account, and open this page again.',
};

function authenticate(request: Request): AuthenticationResult {
  const principal = principalOf(request.headers.get('x-ms-client-principal'));
  // App Service does not authenticate requests to the health path, so a client can forge the header there.
  if (!principal || pathsOf(request).some((path) => path.startsWith(healthPath))) return notSignedIn;
  const visitor = visitorOf(principal);
  if (!visitor) return withoutRole(principal.author);
  const current = cookieOf(request, sessionCookie);
  if (current && /^[\w-]{43}$/.test(current)) return { kind: 'authenticated', session: { visitor, secret: current } };
  const secret = newSecret();
  const cookie = `${sessionCookie}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict`;
  return { kind: 'authenticated', session: { visitor, secret }, cookie };
}

/**
 * The path as this program routes it, and as the front end of App Service may have seen it: a URL parser removes dot
 * segments. Lower case. A client that sets these headers only makes its own request fail. Not verified: which of them
 * App Service sets.
 */
function pathsOf({ url, headers }: Request): string[] {
  const seen = ['x-waws-unencoded-url', 'x-original-url'].map((name) => headers.get(name) ?? '');
  return [new URL(url).pathname, ...seen].map((path) => path.toLowerCase());
}

function withoutRole(author: string): AuthenticationResult {
  const text = `${author} has no app role of Consentinel. An administrator must assign ${appRoles.reader} or ${appRoles.approver} in Enterprise applications.`;
  return { kind: 'rejected', status: 403, title: 'No app role assigned', text };
}

interface Principal {
  readonly author: string;
  /** The object id. */
  readonly id: string;
  readonly name: string;
  readonly displayName?: string;
  readonly roles: readonly string[];
}

function visitorOf({ author, id, name, displayName, roles }: Principal): Visitor | undefined {
  const mayDecide = roles.includes(appRoles.approver);
  const approver = { id, name, roles };
  return mayDecide || roles.includes(appRoles.reader)
    ? { author, approver, mayDecide, signOutPath, ...(displayName && { displayName }) }
    : undefined;
}

/** Source: Microsoft Learn, "Customize sign-ins and sign-outs in Azure App Service authentication". */
const signOutPath = '/.auth/logout?post_logout_redirect_uri=/';

const claim = {
  displayName: ['name'],
  role: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
  objectId: ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  name: [
    'preferred_username',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  ],
} as const;

/**
 * Parses the header `X-MS-CLIENT-PRINCIPAL`, base64 of JSON. The library's `user` is not used, because it throws where
 * one of the other headers is missing. Only accounts of Microsoft Entra count: another provider does not guarantee its
 * names. A name can be assigned to another user later, so the author includes the object id.
 */
export function principalOf(header: string | null): Principal | undefined {
  const parsed = parse(header);
  if (parsed?.auth_typ !== 'aad' || !Array.isArray(parsed.claims)) return undefined;
  const claims = parsed.claims.filter(isClaim);
  const valuesOf = (types: readonly string[]) => claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);
  const [objectId] = valuesOf(claim.objectId);
  if (!objectId) return undefined;
  const [name] = valuesOf(claim.name);
  const author = name ? `${name} (${objectId})` : objectId;
  const [displayName] = valuesOf(claim.displayName);
  const shown = displayName && { displayName };
  return { author, id: objectId, name: name ?? objectId, roles: valuesOf(claim.role), ...shown };
}

function parse(header: string | null): { auth_typ?: unknown; claims?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isClaim(value: unknown): value is { typ: string; val: string } {
  const { typ, val } = (value ?? {}) as { typ?: unknown; val?: unknown };
  return typeof typ === 'string' && typeof val === 'string';
}
