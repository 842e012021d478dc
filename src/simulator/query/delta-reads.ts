import type { ObjectCollection } from '../directory/object-collection.js';
import { type Answer, jsonAnswer } from '../protocol/answer.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import type { JsonObject } from '../protocol/json.js';
import { graphRoot, metadata } from '../protocol/odata.js';
import { contextName, project } from '../schema/projection.js';
import { ListedPositions } from './listed-positions.js';

/** The objects of the first page. */
const pageSize = 100;

/**
 * `GET /applications/delta` and `/servicePrincipals/delta`: the first page, and a delta link. It leaves out generated objects.
 * Source: "application: delta". Whether a delta contains `keyCredentials` is not documented: the option `keysInDelta` decides.
 */
export function answerDelta(collection: ObjectCollection, request: GraphRequest, keysInDelta: boolean): Answer {
  const properties = request.query.get('$select')?.split(',');
  const positions = new ListedPositions(collection, undefined);
  const value: JsonObject[] = [];
  for (let at = positions.from(0); at !== undefined && value.length < pageSize; at = positions.from(at + 1)) {
    const shown = collection.shown(at);
    if (typeof shown !== 'object') continue;
    const { keyCredentials, ...rest } = project(collection.name, shown, { properties, keys: 'none' });
    value.push({ ...rest, ...(keysInDelta && keyCredentials !== undefined && { keyCredentials }) });
  }
  return jsonAnswer(200, {
    '@odata.context': `${metadata}${contextName(collection.name, properties)}`,
    '@odata.deltaLink': `${graphRoot}/${collection.name}/delta?$deltatoken=latest`,
    value,
  });
}
