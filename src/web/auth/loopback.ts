import { type Authenticator, cookieOf, type Entry } from './authenticator.js';
import { equalSecrets, newSecret } from './secrets.js';

export interface LoopbackOptions {
  readonly port: number;
  /** Who sits at this machine. */
  readonly author: string;
  /** Is told the address that lets one browser in, at the start and each time the one before is used up. */
  onAddress(address: string): void;
}

const signInPath = '/signin';

/**
 * The door on this machine: whoever can read the terminal may come in. Each address that is printed lets one browser in,
 * once; that browser then has a cookie that no script and no other site can use. All of it ends with the process.
 */
export function loopbackAuthenticator({ port, author, onAddress }: LoopbackOptions): Authenticator {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const cookieName = `consentinel-${port}`;
  const sessions = new Set<string>();
  let token = '';
  const renew = () => {
    token = newSecret();
    onAddress(`http://127.0.0.1:${port}${signInPath}?token=${token}`);
  };
  const signIn = (given: string): Entry => {
    if (!equalSecrets(given, token)) return strangerAt(signInPath);
    const session = newSecret();
    sessions.add(session);
    renew();
    return { kind: 'moved', to: '/', cookie: `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict` };
  };
  renew();
  return {
    // A name that somebody has made to lead here (DNS rebinding) would make their page and this one the same origin.
    wrongHost: (request) =>
      hosts.includes(request.headers.get('host') ?? '') ? undefined : `This page is at http://${hosts[0]} only.`,
    origins: () => hosts.map((host) => `http://${host}`),
    authenticate(request) {
      const url = new URL(request.url);
      const present = cookieOf(request, cookieName);
      const known = present !== undefined && sessions.has(present);
      if (url.pathname === signInPath)
        return known ? { kind: 'moved', to: '/' } : signIn(url.searchParams.get('token') ?? '');
      if (!known) return strangerAt(url.pathname);
      return { kind: 'in', session: { visitor: { author, mayDecide: true }, secret: present } };
    },
  };
}

function strangerAt(path: string): Entry {
  const text =
    path === signInPath
      ? 'This address was used already, or belongs to an earlier run. The terminal where consentinel serve runs shows the next one.'
      : 'Open the address that consentinel serve printed in its terminal. It lets one browser in, once.';
  return { kind: 'out', status: 401, title: 'Come in by the printed address', text };
}
