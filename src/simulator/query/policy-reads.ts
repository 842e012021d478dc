import type { TenantState } from '../directory/tenant-state.js';
import type { Answer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import { type JsonObject, objectsOf } from '../protocol/json.js';
import { entityAnswer, listAnswer } from '../protocol/odata.js';

/** `GET /policies/{name}`, `/policies/{name}/{id}` and `/policies/{name}/{id}/{part}`. */
export function readPolicy({ directory }: TenantState, path: readonly string[]): Answer {
  const [name = '', id, part] = path;
  const policy = directory.policies.visible(name);
  if (!policy) throw notFound(name);
  const context = `policies/${name}`;
  if (id === undefined)
    return isList(policy) ? listAnswer(context, objectsOf(policy.value)) : entityAnswer(context, policy);
  const member = objectsOf(policy.value).find((item) => item.id === id);
  if (!member) throw notFound(id);
  if (part === undefined) return entityAnswer(context, member);
  return listAnswer(`${context}('${id}')/${part}`, objectsOf(member[part]));
}

const isList = (policy: JsonObject) => Array.isArray(policy.value);
