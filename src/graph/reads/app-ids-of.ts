import { z } from 'zod';
import type { ChangedObject } from '../../model/sentinel/followed-activities.js';
import { type BatchContext, readMany } from '../http/batch.js';
import { malformed } from '../http/errors.js';

const withAppId = z.object({ appId: z.string().min(1).nullish() });

/**
 * Reads the appId of objects. An agent identity has no appId: its object id is used instead.
 * Source: Graph, get application, get servicePrincipal.
 * @returns by object id, without the objects that do not exist
 */
export async function appIdsOf(
  batches: BatchContext,
  objects: readonly ChangedObject[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const pathOf = ({ collection, id }: ChangedObject) => `/${collection}/${encodeURIComponent(id)}?$select=id,appId`;
  const responses = await readMany(batches, objects.map(pathOf), signal);
  return new Map(
    objects.flatMap((object) => {
      const response = responses.get(pathOf(object));
      if (!response) return [];
      const { data, success } = withAppId.safeParse(response.body);
      if (!success) throw malformed(response.call, 'an appId that is not a text');
      return [[object.id, data.appId ?? object.id] as const];
    }),
  );
}
