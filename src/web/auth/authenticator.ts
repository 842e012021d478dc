/** Who looks at the page, and what they may do there. */
export interface Visitor {
  /** The signed-in principal, as it enters the audit trail. */
  readonly author: string;
  /** Whether they may approve, reject and suppress. */
  readonly mayDecide: boolean;
}

/** A visitor and the browser they came with. */
export interface Session {
  readonly visitor: Visitor;
  /** Known to that browser and to nobody else: what forms are signed with. */
  readonly secret: string;
}

/** What a door answers a request. */
export type Entry =
  | { readonly kind: 'in'; readonly session: Session; readonly cookie?: string }
  | { readonly kind: 'out'; readonly status: 401 | 403; readonly title: string; readonly text: string }
  | { readonly kind: 'moved'; readonly to: string; readonly cookie?: string };

/** How people come in, which differs from place to place; whatever it cannot tell for certain stays outside. */
export interface Authenticator {
  /** Asked before anything else, assets included; a word for a person where the request is not meant for this page. */
  wrongHost(request: Request): string | undefined;
  authenticate(request: Request): Entry | Promise<Entry>;
  /** The origins that this page is known by: a form comes from one of them, or from somewhere else. */
  origins(request: Request): readonly string[];
}

/** The value of a cookie of a request. */
export function cookieOf(request: Request, name: string): string | undefined {
  const cookies = request.headers.get('cookie')?.split(';') ?? [];
  const found = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
