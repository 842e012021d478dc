import { z } from 'zod';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import { GraphCallError } from '../http/errors.js';
import { type ReadContext, readAll } from '../http/read.js';

/** Source: Graph, delegatedPermissionClassification resource type. */
export const classificationSchema = z.object({ permissionId: z.string().min(1), classification: z.string() });

/**
 * Reads the classifications of Microsoft Graph's permissions. Those of other APIs are read when an app requires them.
 * Source: Graph, list delegatedPermissionClassifications.
 */
export async function readClassifications(context: ReadContext): Promise<ClassificationIndex> {
  const index = new ClassificationIndex();
  const path = `/servicePrincipals(appId='${microsoftGraphAppId}')/delegatedPermissionClassifications`;
  index.add(microsoftGraphAppId, await readAll(context, path, classificationSchema).catch(emptyIfNotFound));
  return index;
}

/** A tenant without the service principal of Microsoft Graph has no classifications of its permissions. */
function emptyIfNotFound(error: unknown): [] {
  if (error instanceof GraphCallError && error.call.status === 404) return [];
  throw error;
}
