import type { JsonObject } from '../protocol/json.js';

/** Which requests a fault meets; what is left out matches all. */
export interface FaultMatch {
  readonly method?: string;
  /** The beginning of the path below `/v1.0`, or a pattern for path and query. `/msi/token` is the identity endpoint. */
  readonly path?: RegExp | string;
  /** The fault begins with the so-manieth matching request; 1 unless said otherwise. */
  readonly nth?: number;
}

/** What goes wrong. */
export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Text goes out as it is, an object as JSON; left out, Graph's error for the status. */
      readonly body?: string | JsonObject;
    }
  | { readonly kind: 'drop'; readonly when: 'before' | 'inside-body' }
  | { readonly kind: 'malformed-json' }
  | { readonly kind: 'html-502' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'expired-page-token' }
  | { readonly kind: 'repeat-object' }
  | { readonly kind: 'empty-page' }
  /** With a permission, only requests that this permission would let through. */
  | { readonly kind: 'refused'; readonly permission?: string }
  | {
      readonly kind: 'after-write-status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'after-write-drop' }
  /** Another writer changes the object just before the client's PATCH of it. */
  | { readonly kind: 'concurrent-write'; readonly patch: JsonObject };

/** A fault that changes the content of one page of a listing. */
export type PageFault = Extract<FaultKind['kind'], 'repeat-object' | 'empty-page'>;

/** A fault to come. */
export type Fault = FaultKind & {
  readonly match?: FaultMatch;
  /** How many requests it meets before it is over; may be Infinity. */
  readonly times: number;
};

export const faultKinds = [
  'status',
  'drop',
  'malformed-json',
  'html-502',
  'hang',
  'expired-page-token',
  'repeat-object',
  'empty-page',
  'refused',
  'after-write-status',
  'after-write-drop',
  'concurrent-write',
] as const satisfies readonly Fault['kind'][];

/** A lacking permission stays lacking; all else happens once unless said otherwise. */
export const defaultTimes = (kind: Fault['kind']) => (kind === 'refused' ? Number.POSITIVE_INFINITY : 1);
