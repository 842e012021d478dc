import type { Fault } from '../../src/simulator/http/server.js';
import type { ProxyAct } from '../support/fault-proxy.js';

/** A fault of Graph, without the requests that it affects. */
export type GraphFault = Fault extends infer F ? (F extends Fault ? Omit<F, 'times' | 'match'> : never) : never;

/** Faults of any request. */
export const graphFaults: readonly GraphFault[] = [
  ...[401, 403, 404, 408, 500, 503, 504].map((status) => ({ kind: 'status', status }) as const),
  { kind: 'status', status: 429, headers: { 'Retry-After': '1' } },
  { kind: 'status', status: 200, body: {} },
  { kind: 'html-502' },
  { kind: 'drop', when: 'before' },
  { kind: 'drop', when: 'inside-body' },
  { kind: 'malformed-json' },
  { kind: 'expired-page-token' },
  { kind: 'repeat-object' },
  { kind: 'empty-page' },
  { kind: 'hang' },
  { kind: 'token-revoked' },
  { kind: 'after-write-status', status: 503 },
  { kind: 'after-write-drop' },
];

/** Faults of a listing: objects are missing, or repeated. */
export const pageFaults: readonly GraphFault[] = [
  { kind: 'no-next-link' },
  { kind: 'skip-page' },
  { kind: 'empty-page-skip' },
  { kind: 'empty-page' },
  { kind: 'repeat-object' },
  { kind: 'repeat-object', patch: { displayName: 'The name before the last change' } },
  { kind: 'loop' },
];

/** Properties that every scan selects. A collection must not be absent; any other absent property counts as null. */
export const collections = {
  applications: ['keyCredentials', 'passwordCredentials', 'requiredResourceAccess'],
  servicePrincipals: ['keyCredentials', 'passwordCredentials'],
} as const;
export const others = {
  applications: ['web', 'signInAudience', 'appId'],
  servicePrincipals: ['accountEnabled', 'appRoleAssignmentRequired'],
} as const;

/** What storage does instead of answering. */
export const storageActs: readonly ProxyAct[] = [
  { act: 'status', status: 500 },
  { act: 'status', status: 503 },
  { act: 'status', status: 500, committed: true },
  { act: 'status', status: 404 },
  { act: 'drop-before' },
  { act: 'drop-after' },
  { act: 'truncate' },
  { act: 'hang' },
  { act: 'empty-object' },
];
