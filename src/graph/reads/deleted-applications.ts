import { z } from 'zod';
import { DeletedApplicationIndex } from '../../model/tenant/deleted-applications.js';
import { type ReadContext, readAll } from '../http/read.js';

const deletedSchema = z.object({
  id: z.string().min(1),
  appId: z.string().min(1),
  deletedDateTime: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
});

/** Reads the deleted applications of the last 30 days. Source: Graph, list deletedItems (directory objects). */
export async function readDeletedApplications(context: ReadContext): Promise<DeletedApplicationIndex> {
  const path = '/directory/deletedItems/microsoft.graph.application?$select=id,appId,deletedDateTime';
  return new DeletedApplicationIndex(await readAll(context, path, deletedSchema));
}
