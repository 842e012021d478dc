import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Node } from 'web-tree-sitter';
import { type BicepFile, bodyOf, keysOf, parseBicep, propertyOf } from './support/bicep.js';

// `GRAPH_TYPES=<folder> npm run infra` compiles infra/graph/main.bicep with the published types. This test needs neither
// the compiler nor the types: it compares the properties with a list that was taken from them.

/** A type: a name, the members of an object (a required one with `*`), or an array of one type. */
type Shape = string | readonly Shape[] | { readonly [member: string]: Shape };

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const types: Record<string, Shape> = json('test/fixtures/graph-bicep-types.json').types;

const membersOf = (shape: Shape | undefined): Map<string, Shape> =>
  new Map(
    typeof shape === 'object' && !Array.isArray(shape)
      ? Object.entries(shape).map(([name, type]) => [name.replace('*', ''), type as Shape])
      : [],
  );
const elementOf = (shape: Shape | undefined) => (Array.isArray(shape) ? (shape as readonly Shape[])[0] : shape);

/** The object literals of an expression, without those inside of them. */
function* objectsIn(node: Node): Generator<Node> {
  if (node.type === 'object') return void (yield node);
  for (const child of node.children) if (child) yield* objectsIn(child);
}

/** The properties that the type does not have, with their path. */
function unknownIn(object: Node, shape: Shape | undefined, path: string): string[] {
  const members = membersOf(shape);
  return keysOf(object).flatMap((key) => {
    // Of every Bicep resource, not of the type.
    if (key === 'dependsOn' && !path.includes('.')) return [];
    const member = members.get(key);
    if (member === undefined) return [`${path}.${key}`];
    const value = propertyOf(object, key);
    const nested = value && typeof member === 'object' ? [...objectsIn(value)] : [];
    return nested.flatMap((one) => unknownIn(one, elementOf(member), `${path}.${key}`));
  });
}

/** The same for a value of a JSON file. */
function unknownInJson(value: unknown, shape: Shape | undefined, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => unknownInJson(one, elementOf(shape), path));
  if (typeof value !== 'object' || value === null) return [];
  const members = membersOf(shape);
  return Object.entries(value).flatMap(([name, member]) =>
    members.has(name) ? unknownInJson(member, members.get(name), `${path}.${name}`) : [`${path}.${name}`],
  );
}

const requiredOf = (shape: Shape | undefined) =>
  typeof shape === 'object' && !Array.isArray(shape)
    ? Object.keys(shape).flatMap((name) => (name.endsWith('*') ? [name.slice(0, -1)] : []))
    : [];

describe('infra/graph/main.bicep', () => {
  let bicep: BicepFile;
  beforeAll(async () => {
    bicep = await parseBicep('infra/graph/main.bicep');
  });
  const resources = () =>
    bicep.declarations
      .filter(({ kind, node }) => kind === 'resource' && !/^resource \w+ '[^']+' existing/.test(node.text))
      .map((declaration) => ({
        name: declaration.name,
        type: /^resource \w+ '([^']+)'/.exec(declaration.node.text)?.[1] ?? '',
        body: bodyOf(declaration) as Node,
      }));

  it('uses properties of the published types only, and all required ones', () => {
    expect(resources().length).toBeGreaterThan(8);
    for (const { name, type, body } of resources()) {
      expect([name, Object.keys(types).includes(type)]).toEqual([name, true]);
      expect(unknownIn(body, types[type], name)).toEqual([]);
      expect([name, requiredOf(types[type]).filter((key) => !keysOf(body).includes(key))]).toEqual([name, []]);
    }
  });

  it('reads JSON files whose members the types have', () => {
    const application = membersOf(types['Microsoft.Graph/applications@v1.0']);
    expect(unknownInJson(json('infra/app-roles.json'), application.get('appRoles'), 'appRoles')).toEqual([]);
    expect(unknownInJson(json('infra/page-api.json'), application.get('api'), 'api')).toEqual([]);
  });

  it('would not pass with a wrong property', () => {
    const application = types['Microsoft.Graph/applications@v1.0'];
    const wrong = { displayNam: 'x', api: { oauth2PermissionScopes: [{ scope: 'x' }] } };
    expect(unknownInJson(wrong, application, 'app')).toEqual([
      'app.displayNam',
      'app.api.oauth2PermissionScopes.scope',
    ]);
  });
});
