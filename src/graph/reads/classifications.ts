import { z } from 'zod';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import { GraphCallError } from '../http/errors.js';
import { type PartContext, type ReadContext, readAll, readOne } from '../http/read.js';

/** Source: Graph, delegatedPermissionClassification resource type. */
export const classificationSchema = z.object({ permissionId: z.string().min(1), classification: z.string() });

/**
 * Reads the classifications of Microsoft Graph's permissions. Those of other APIs are read when an app requires them. An
 * empty list is read once more, because only its emptiness shows that there is none: not if the last scan found it empty, too.
 * Source: Graph, list delegatedPermissionClassifications.
 */
export async function readClassifications(context: PartContext): Promise<ClassificationIndex> {
  const index = new ClassificationIndex();
  const path = `${microsoftGraph}/delegatedPermissionClassifications`;
  const read = () => readAll(context, path, classificationSchema).catch((error) => emptyIfAbsent(context, error));
  const first = await read();
  const isSure = first.length > 0 || context.foreseen?.noClassifications;
  const classified = isSure ? first : await read();
  index.add(microsoftGraphAppId, classified);
  return index;
}

const microsoftGraph = `/servicePrincipals(appId='${microsoftGraphAppId}')`;

/**
 * A tenant without the service principal of Microsoft Graph has no classifications of its permissions. If it has one, the
 * 404 does not mean an empty list.
 */
async function emptyIfAbsent(context: ReadContext, error: unknown): Promise<[]> {
  if (!isNotFound(error)) throw error;
  const found = await readOne(context, `${microsoftGraph}?$select=id`, z.object({ id: z.string() })).catch(
    (absent: unknown) => {
      if (!isNotFound(absent)) throw absent;
    },
  );
  if (found) throw error;
  return [];
}

function isNotFound(error: unknown): boolean {
  return error instanceof GraphCallError && error.call.status === 404;
}
