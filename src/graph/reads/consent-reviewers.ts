import { z } from 'zod';
import type { ConsentReviewer, TenantParts } from '../../model/tenant/tenant.js';
import { GraphCallError } from '../http/errors.js';
import { type PartContext, type ReadContext, readOne } from '../http/read.js';
import { readAdminConsentRequestPolicy } from './policies.js';

/** A query for one user. Source: Graph, accessReviewReviewerScope, with or without the version at the start. */
const oneUser = /^(?:\/(?:v1\.0|beta))?\/users\/([^/?()]+)$/i;

const userSchema = z.object({ accountEnabled: z.boolean().nullable() });

/**
 * Reads the reviewers of admin consent requests, each with a read of its own: there are only a few. Those that the last scan
 * found are read together with the policy that names them.
 * Source: Graph, adminConsentRequestPolicy (reviewers are queries); "Get a user" (404 for a deleted one).
 */
export async function readConsentReviewers(context: PartContext): Promise<TenantParts['consentReviewers']> {
  const states = new Map((context.foreseen?.reviewers ?? []).map((query) => [query, stateOf(context, query)]));
  // Only the answers about reviewers that the policy still names count.
  for (const state of states.values()) state.catch(() => undefined);
  const { reviewers } = await readAdminConsentRequestPolicy(context);
  const queries = new Set((reviewers ?? []).map(({ query }) => query ?? ''));
  const read = async (query: string) => ({ query, state: await (states.get(query) ?? stateOf(context, query)) });
  return Promise.all([...queries].map(read));
}

async function stateOf(context: ReadContext, query: string): Promise<ConsentReviewer['state']> {
  const user = oneUser.exec(query)?.[1];
  if (!user) return 'unknown';
  try {
    const path = `/users/${encodeURIComponent(user)}?$select=id,accountEnabled`;
    const { accountEnabled } = await readOne(context, path, userSchema);
    if (accountEnabled === null) return 'unknown';
    return accountEnabled ? 'live' : 'disabled';
  } catch (error) {
    if (error instanceof GraphCallError && error.call.status === 404) return 'gone';
    throw error;
  }
}
