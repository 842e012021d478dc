import { z } from 'zod';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import { GraphCallError } from '../http/errors.js';
import { readAll, type Source } from '../http/read.js';

/** Source: Graph, delegatedPermissionClassification resource type. */
export const classificationSchema = z.object({ permissionId: z.string().min(1), classification: z.string() });

/**
 * Reads how Microsoft Graph's permissions are classified; other APIs are looked up when an app asks for them.
 * Source: Graph, list delegatedPermissionClassifications.
 */
export async function readClassifications(source: Source): Promise<ClassificationIndex> {
  const index = new ClassificationIndex();
  const path = `/servicePrincipals(appId='${microsoftGraphAppId}')/delegatedPermissionClassifications`;
  index.add(microsoftGraphAppId, await readAll(source, path, classificationSchema).catch(absent));
  return index;
}

/** A tenant without Microsoft Graph has classified nothing of it. */
function absent(error: unknown): [] {
  if (error instanceof GraphCallError && error.call.status === 404) return [];
  throw error;
}
