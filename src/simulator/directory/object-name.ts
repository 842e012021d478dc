import { badRequest, notFound } from '../protocol/graph-error.js';
import type { CollectionName } from '../schema/tenant.js';
import type { SimulatedDirectory } from './simulated-directory.js';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How a path names one object: by its object id, or by its appId. */
export interface ObjectName {
  readonly collection: CollectionName;
  readonly id: string | undefined;
  readonly appId: string | undefined;
}

/**
 * The position of the object that a path names, also if the object is deleted.
 * @throws GraphError 400 for a name that is not a GUID, 404 for an object that never existed
 */
export function positionNamed(directory: SimulatedDirectory, { collection, id, appId }: ObjectName): number {
  const name = id ?? appId ?? '';
  if (!guid.test(name)) throw badRequest(`Invalid object identifier '${name}'.`);
  const objects = directory.collection(collection);
  const position = id === undefined ? objects.positionOfAppId(name) : objects.positionOf(name);
  if (position === undefined) throw notFound(name);
  return position;
}
