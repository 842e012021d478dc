import { type Authenticator, cookieOf, type Entry, type Visitor } from './authenticator.js';
import { healthPath } from './health-path.js';
import { newSecret } from './secrets.js';

/** The app roles of the registration that people sign in to. */
export const appRoles = { reader: 'Consentinel.Reader', approver: 'Consentinel.Approver' } as const;

export interface AppServiceOptions {
  /** WEBSITE_AUTH_ENABLED is `True`: the platform checks every request and strips forged headers. */
  readonly authenticationEnabled: boolean;
  /** The setting PUBLIC_URL. */
  readonly publicUrl?: string;
}

const sessionCookie = '__Host-consentinel';

/**
 * The door in Azure: App Service authentication has checked who it is, and says so in a header. Without it that header
 * could be anybody's, so nobody comes in.
 * Source: Microsoft Learn, "Work with user identities in Azure App Service authentication".
 */
export function appServiceAuthenticator({ authenticationEnabled, publicUrl }: AppServiceOptions): Authenticator {
  return {
    wrongHost: () => undefined,
    authenticate: (request) => (authenticationEnabled ? authenticate(request) : closed),
    // TLS ends before this process: a request may say http, and its page was https all the same.
    origins: (request) => [
      `https://${new URL(request.url).host}`,
      ...(publicUrl && URL.canParse(publicUrl) ? [new URL(publicUrl).origin] : []),
    ],
  };
}

const closed: Entry = {
  kind: 'out',
  status: 403,
  title: 'The page is closed',
  text: 'App Service authentication is off, so nobody could be told from anybody else. Turn it on for this function app and require a sign-in.',
};

const unknown: Entry = {
  kind: 'out',
  status: 401,
  title: 'Sign in first',
  text: 'App Service authentication has not said who you are. Sign in with your work account and come back.',
};

function authenticate(request: Request): Entry {
  const principal = principalOf(request.headers.get('x-ms-client-principal'));
  // App Service lets probes through unasked: whoever comes by their path may have made the header.
  if (!principal || new URL(request.url).pathname.toLowerCase().startsWith(healthPath)) return unknown;
  const visitor = visitorOf(principal);
  if (!visitor) return withoutRole(principal.author);
  const present = cookieOf(request, sessionCookie);
  if (present && /^[\w-]{43}$/.test(present)) return { kind: 'in', session: { visitor, secret: present } };
  const secret = newSecret();
  const cookie = `${sessionCookie}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict`;
  return { kind: 'in', session: { visitor, secret }, cookie };
}

function withoutRole(author: string): Entry {
  const text = `${author} has no role here. An administrator assigns ${appRoles.reader} or ${appRoles.approver} to you in Enterprise applications.`;
  return { kind: 'out', status: 403, title: 'You have no role here', text };
}

interface Principal {
  readonly author: string;
  readonly roles: readonly string[];
}

function visitorOf({ author, roles }: Principal): Visitor | undefined {
  const mayDecide = roles.includes(appRoles.approver);
  return mayDecide || roles.includes(appRoles.reader) ? { author, mayDecide } : undefined;
}

const claim = {
  role: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
  objectId: ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  name: [
    'preferred_username',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  ],
} as const;

/**
 * The header read as what it is, base64 of JSON, and not by the library's `user`, which throws where one of the other
 * headers is missing. Only Entra's accounts count: a name from another provider may be anybody's. A name can be given
 * to somebody else later; the object id beside it cannot.
 */
export function principalOf(header: string | null): Principal | undefined {
  const parsed = parse(header);
  if (parsed?.auth_typ !== 'aad' || !Array.isArray(parsed.claims)) return undefined;
  const claims = parsed.claims.filter(isClaim);
  const valuesOf = (types: readonly string[]) => claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);
  const [objectId] = valuesOf(claim.objectId);
  if (!objectId) return undefined;
  const [name] = valuesOf(claim.name);
  return { author: name ? `${name} (${objectId})` : objectId, roles: valuesOf(claim.role) };
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
