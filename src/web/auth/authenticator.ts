import type { ApprovalAuthor } from '../../model/remediation/approval.js';

/** The signed-in user of a request. */
export interface Visitor {
  /** Name and object id, as the audit trail records them. */
  readonly author: string;
  /** The same user in an approval: object id, name and app roles. */
  readonly approver: ApprovalAuthor;
  /** The display name, where the token has one. It can change, so nothing is recorded under it. */
  readonly displayName?: string;
  /** The path that ends the session. */
  readonly signOutPath?: string;
  /** Whether the user may approve, reject and suppress. */
  readonly mayDecide: boolean;
}

/** A user and one browser of that user. */
export interface Session {
  readonly visitor: Visitor;
  /** Only that browser has it. It signs the CSRF tokens of the forms. */
  readonly secret: string;
}

/** The result for one request. `cookie` is the value of a `Set-Cookie` header. */
export type AuthenticationResult =
  | { readonly kind: 'authenticated'; readonly session: Session; readonly cookie?: string }
  | { readonly kind: 'rejected'; readonly status: 401 | 403; readonly title: string; readonly text: string }
  | { readonly kind: 'redirect'; readonly to: string; readonly cookie?: string };

/** Authenticates requests. Azure and the local machine have different ones; each rejects a request that it cannot verify. */
export interface Authenticator {
  /** The message for a request to a host name that is not this page's. Runs first, before assets are served too. */
  wrongHost(request: Request): string | undefined;
  /**
   * True if another component validated the bearer token of every request that reaches `authenticate`. Only then does the
   * API accept decisions.
   */
  readonly validatesBearerTokens?: boolean;
  authenticate(request: Request): AuthenticationResult | Promise<AuthenticationResult>;
  /** The origins of this page, which the `Origin` header of a form must match. */
  origins(request: Request): readonly string[];
}

/** The value of a cookie of a request. */
export function cookieOf(request: Request, name: string): string | undefined {
  const cookies = request.headers.get('cookie')?.split(';') ?? [];
  const found = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
