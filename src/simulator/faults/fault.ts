import type { JsonObject } from '../protocol/json.js';

/** The requests that a fault affects. A missing member matches all requests. */
export interface FaultMatch {
  readonly method?: string;
  /** The start of the path below `/v1.0`, or a test of path and query. `/msi/token` is the identity endpoint. */
  readonly path?: string | Pick<RegExp, 'test'>;
  /** The fault starts with the n-th matching request. @default 1 */
  readonly nth?: number;
}

/** The kind of a fault, with its parameters. */
export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A text is sent unchanged, an object as JSON. Without a body, the answer is Graph's error for the status. */
      readonly body?: string | JsonObject;
    }
  | { readonly kind: 'drop'; readonly when: 'before' | 'inside-body' }
  | { readonly kind: 'malformed-json' }
  | { readonly kind: 'html-502' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'expired-page-token' }
  /** The patch changes the second copy of the object only. */
  | { readonly kind: 'repeat-object'; readonly patch?: JsonObject }
  | { readonly kind: 'empty-page' }
  /**
   * 401, and the token and all earlier ones of its identity stay rejected. With claims, a challenge: a token of the token
   * endpoint is accepted only if its request contained them. The managed identity endpoint has no parameter for claims.
   */
  | { readonly kind: 'token-revoked'; readonly claims?: string }
  /** The page has no link to the next page. */
  | { readonly kind: 'no-next-link' }
  /** The page links to the page after the next one. */
  | { readonly kind: 'skip-page' }
  /** The page is empty, and the next link omits its objects. */
  | { readonly kind: 'empty-page-skip' }
  /** The page links to the first page, with a new token. */
  | { readonly kind: 'loop' }
  /** A delta token is not known anymore: 400. */
  | { readonly kind: 'delta-expired' }
  /** A delta query must start again: 410 with the address of a new query. */
  | { readonly kind: 'delta-reset' }
  /** A delta contains earlier changes again. */
  | { readonly kind: 'delta-replay' }
  /** A delta contains each changed object twice: as it is, and then as it was before its last change. */
  | { readonly kind: 'delta-repeat' }
  /** With a permission, the fault affects only requests that this permission allows. */
  | { readonly kind: 'refused'; readonly permission?: string }
  | {
      readonly kind: 'after-write-status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'after-write-drop' }
  /** Another client changes the object immediately before the client's PATCH. */
  | { readonly kind: 'concurrent-write'; readonly patch: JsonObject };

/** A fault that changes one page of a listing. */
export type PageFault = Extract<
  FaultKind,
  {
    kind:
      | 'repeat-object'
      | 'empty-page'
      | 'no-next-link'
      | 'skip-page'
      | 'empty-page-skip'
      | 'loop'
      | 'delta-replay'
      | 'delta-repeat';
  }
>;

/** A fault to inject. */
export type Fault = FaultKind & {
  readonly match?: FaultMatch;
  /** The number of requests that it affects; may be Infinity. */
  readonly times: number;
};

/** All kinds, for parsers. */
export const faultKinds = [
  'status',
  'drop',
  'malformed-json',
  'html-502',
  'hang',
  'expired-page-token',
  'repeat-object',
  'empty-page',
  'token-revoked',
  'no-next-link',
  'skip-page',
  'empty-page-skip',
  'loop',
  'delta-expired',
  'delta-reset',
  'delta-replay',
  'delta-repeat',
  'refused',
  'after-write-status',
  'after-write-drop',
  'concurrent-write',
] as const satisfies readonly Fault['kind'][];

/** A missing permission stays missing. Every other fault affects one request by default. */
export const defaultTimes = (kind: Fault['kind']) => (kind === 'refused' ? Number.POSITIVE_INFINITY : 1);
