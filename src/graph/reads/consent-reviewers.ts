import { z } from 'zod';
import type { ConsentReviewer, TenantParts } from '../../model/tenant/tenant.js';
import { GraphCallError } from '../http/errors.js';
import { type ReadContext, readOne } from '../http/read.js';
import { readAdminConsentRequestPolicy } from './policies.js';

/** A query for one user. Source: Graph, accessReviewReviewerScope, with or without the version at the start. */
const oneUser = /^(?:\/(?:v1\.0|beta))?\/users\/([^/?()]+)$/i;

const userSchema = z.object({ accountEnabled: z.boolean().nullable() });

/**
 * Reads the reviewers of admin consent requests, each with a read of its own: there are only a few.
 * Source: Graph, adminConsentRequestPolicy (reviewers are queries); "Get a user" (404 for a deleted one).
 */
export async function readConsentReviewers(context: ReadContext): Promise<TenantParts['consentReviewers']> {
  const { reviewers } = await readAdminConsentRequestPolicy(context);
  const queries = new Set((reviewers ?? []).map(({ query }) => query ?? ''));
  return Promise.all([...queries].map(async (query) => ({ query, state: await stateOf(context, query) })));
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
