import type { TenantState } from '../directory/tenant-state.js';
import type { PageFault } from '../faults/fault.js';
import type { Answer } from '../protocol/answer.js';
import { accessDenied } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';

/** The input of a route's handler. */
export interface RouteContext {
  readonly state: TenantState;
  readonly request: GraphRequest;
  /** The groups of the path pattern. */
  readonly groups: readonly (string | undefined)[];
  readonly pageFault: PageFault | undefined;
}

/** A method, a path, and the handler. Any one of the application permissions allows the request. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly permissions: readonly string[];
  answer(context: RouteContext): Answer;
}

/**
 * Rejects a caller that has none of the route's permissions.
 * @throws GraphError 403
 */
export function authorize(route: Route, { identity }: GraphRequest): void {
  if (!route.permissions.some((permission) => identity.roles.has(permission))) throw accessDenied();
}

/** A route of the table in `routes.ts`. */
export function route(
  method: string,
  path: RegExp,
  permissions: readonly string[],
  answer: (context: RouteContext) => Answer,
): Route {
  return { method, path, permissions, answer };
}
