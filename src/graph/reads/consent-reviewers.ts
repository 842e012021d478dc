import { z } from 'zod';
import type { ConsentReviewer, TenantParts } from '../../model/tenant/tenant.js';
import { GraphCallError } from '../http/errors.js';
import { readOne, type Source } from '../http/read.js';
import { readAdminConsentRequestPolicy } from './policies.js';

/** A query that names one user. Source: Graph, accessReviewReviewerScope, with or without the version in front. */
const oneUser = /^(?:\/(?:v1\.0|beta))?\/users\/([^/?()]+)$/i;

const userSchema = z.object({ accountEnabled: z.boolean().nullable() });

/**
 * Reads who may review requests for consent. There are but a few of them, each asked for singly.
 * Source: Graph, adminConsentRequestPolicy (reviewers are queries); "Get a user" (404 for a deleted one).
 */
export async function readConsentReviewers(source: Source): Promise<TenantParts['consentReviewers']> {
  const { reviewers } = await readAdminConsentRequestPolicy(source);
  const queries = new Set((reviewers ?? []).map(({ query }) => query ?? ''));
  const read: ConsentReviewer[] = [];
  for (const query of queries) read.push({ query, state: await stateOf(source, query) });
  return read;
}

async function stateOf(source: Source, query: string): Promise<ConsentReviewer['state']> {
  const user = oneUser.exec(query)?.[1];
  if (!user) return 'unknown';
  try {
    const path = `/users/${encodeURIComponent(user)}?$select=id,accountEnabled`;
    const { accountEnabled } = await readOne(source, path, userSchema);
    if (accountEnabled === null) return 'unknown';
    return accountEnabled ? 'live' : 'disabled';
  } catch (error) {
    if (error instanceof GraphCallError && error.call.status === 404) return 'gone';
    throw error;
  }
}
