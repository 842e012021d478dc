import { randomBytes } from 'node:crypto';
import type { ApprovalAuthor } from '../../model/remediation/approval.js';
import { type AuthenticationResult, type Authenticator, cookieOf } from './authenticator.js';
import { equalSecrets, newSecret } from './secrets.js';

export interface LoopbackOptions {
  readonly port: number;
  /**
   * The host name in the printed address, and the only one that is accepted. @default `127.0.0.1`, and `localhost` too. A
   * browser sends a cookie of these to every port of this machine.
   */
  readonly hostName?: string;
  /** The user of this machine. */
  readonly author: string;
  /** The same user in an approval. @default a person whose id is `author` */
  readonly approver?: ApprovalAuthor;
  /** Receives the sign-in address: at the start, and again after each use. */
  onAddress(address: string): void;
}

const signInPath = '/signin';
const signOutPath = '/signout';

/**
 * Authenticates on the local machine: a user who can read the terminal may sign in. Each printed address signs one
 * browser in, once, and sets a cookie that no script and no other site can use. All sessions end with the process.
 */
export function loopbackAuthenticator(options: LoopbackOptions): Authenticator {
  const { port, hostName, author, onAddress } = options;
  const approver = options.approver ?? { id: author, name: author, roles: [] };
  const hosts = hostName ? [`${hostName}:${port}`] : [`127.0.0.1:${port}`, `localhost:${port}`];
  // A random name is a secret of the browser that signed in: the answer to another host name does not contain it.
  const printed = hostName
    ? 'Open the address that consentinel serve printed.'
    : `This page is available only at http://${hosts[0]}.`;
  const cookieName = `consentinel-${port}`;
  const sessions = new Set<string>();
  let token = '';
  const renewToken = () => {
    token = newSecret();
    onAddress(`http://${hosts[0]}${signInPath}?token=${token}`);
  };
  const signIn = (presented: string): AuthenticationResult => {
    if (!equalSecrets(presented, token)) return notSignedIn(signInPath);
    const session = newSecret();
    sessions.add(session);
    renewToken();
    return { kind: 'redirect', to: '/', cookie: `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict` };
  };
  renewToken();
  return {
    // DNS rebinding: under another name that resolves to this address, a foreign page would have the same origin.
    wrongHost: (request) => (hosts.includes(request.headers.get('host') ?? '') ? undefined : printed),
    origins: () => hosts.map((host) => `http://${host}`),
    authenticate(request) {
      const url = new URL(request.url);
      const current = cookieOf(request, cookieName);
      const isSignedIn = current !== undefined && sessions.has(current);
      if (url.pathname === signInPath)
        return isSignedIn ? { kind: 'redirect', to: '/' } : signIn(url.searchParams.get('token') ?? '');
      if (!isSignedIn) return notSignedIn(url.pathname);
      if (url.pathname === signOutPath) {
        sessions.delete(current);
        return signedOut;
      }
      const visitor = { author, approver, mayDecide: true, signOutPath };
      return { kind: 'authenticated', session: { visitor, secret: current } };
    },
  };
}

/**
 * A host name of this machine that no other page knows. A browser sends a cookie to the host that set it and to no other
 * host, but to all its ports. Browsers resolve `*.localhost` to this machine.
 * Source: RFC 6265, section 8.5; RFC 6761, section 6.3; "Let localhost be localhost" (draft-west).
 */
export function randomHostName(): string {
  return `consentinel-${randomBytes(8).toString('hex')}.localhost`;
}

/** Another site cannot cause it: the cookie is `SameSite=Strict`. */
const signedOut: AuthenticationResult = {
  kind: 'rejected',
  status: 401,
  title: 'Signed out',
  text: 'To sign in again, open the latest address in the terminal of consentinel serve.',
};

function notSignedIn(path: string): AuthenticationResult {
  const text =
    path === signInPath
      ? 'This sign-in address was used before, or belongs to an earlier run. The terminal of consentinel serve shows the next one.'
      : 'Open the sign-in address that consentinel serve printed in its terminal. Each address signs in one browser, once.';
  return { kind: 'rejected', status: 401, title: 'Open the sign-in address', text };
}
