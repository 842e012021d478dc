import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A declaration of a Bicep file. */
export interface Declaration {
  readonly kind: 'param' | 'var' | 'resource' | 'module' | 'output';
  readonly name: string;
  readonly node: Node;
}

/** A parsed Bicep file. There is no Bicep compiler here: the grammar checks the syntax, this file the names. */
export interface BicepFile {
  readonly file: string;
  readonly text: string;
  readonly root: Node;
  readonly declarations: readonly Declaration[];
}

const require = createRequire(import.meta.url);
const kinds: Record<string, Declaration['kind']> = {
  parameter_declaration: 'param',
  variable_declaration: 'var',
  resource_declaration: 'resource',
  module_declaration: 'module',
  output_declaration: 'output',
};
let parser: Promise<Parser> | undefined;

async function makeParser(): Promise<Parser> {
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));
  return made;
}

/**
 * Parses a Bicep file. The grammar does not support the statement `extension` and the operator `!.`: spaces replace them.
 * @param file path from the root of the repository
 */
export async function parseBicep(file: string): Promise<BicepFile> {
  parser ??= makeParser();
  const text = readFileSync(file, 'utf8');
  const known = text.replace(/^extension .+$/m, (line) => ' '.repeat(line.length)).replace(/!(?=\.)/g, ' ');
  const tree = (await parser).parse(known);
  if (!tree) throw new Error(`${file} could not be parsed.`);
  const declarations = tree.rootNode.namedChildren.flatMap((node): Declaration[] => {
    const kind = kinds[node?.type ?? ''];
    const name = node?.namedChildren.find((child) => child?.type === 'identifier')?.text;
    return node && kind && name ? [{ kind, name, node }] : [];
  });
  return { file, text, root: tree.rootNode, declarations };
}

/** The node and all nodes below it. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child) yield* nodesOf(child);
}

/** The syntax errors of a file, each with its line. */
export function faultsOf({ file, root }: BicepFile): string[] {
  return [...nodesOf(root)]
    .filter((node) => node.isError || node.isMissing)
    .map(({ startPosition, text }) => `${file}:${startPosition.row + 1}: ${text.slice(0, 60)}`);
}

/** The keys of an object literal, without the keys of nested objects. */
export function keysOf(object: Node): string[] {
  return object.namedChildren
    .filter((child) => child?.type === 'object_property')
    .map((property) => property?.namedChildren[0]?.text.replace(/^'|'$/g, '') ?? '');
}

/** The value of a key of an object literal; undefined for a missing key. */
export function propertyOf(object: Node | undefined, key: string): Node | undefined {
  const property = object?.namedChildren.find(
    (child) => child?.type === 'object_property' && child.namedChildren[0]?.text.replace(/^'|'$/g, '') === key,
  );
  return property?.namedChildren[1] ?? undefined;
}

/** The body of a resource or a module, without its condition or loop. */
export function bodyOf({ node }: Declaration): Node | undefined {
  return [...nodesOf(node)].find(({ type }) => type === 'object');
}

/** The identifiers that the file reads but does not declare, each with its line. */
export function unknownNames({ root, declarations, file }: BicepFile): string[] {
  const declared = new Set(declarations.map(({ name }) => name));
  const unknown: string[] = [];
  const visit = (node: Node, local: ReadonlySet<string>) => {
    const known = new Set([...local, ...localsOf(node)]);
    for (const [index, child] of node.namedChildren.entries()) {
      if (!child) continue;
      if (child.type !== 'identifier') visit(child, known);
      else if (!isDeclaring(node, index) && !declared.has(child.text) && !known.has(child.text))
        unknown.push(`${file}:${child.startPosition.row + 1}: ${child.text}`);
    }
  };
  visit(root, new Set());
  return unknown;
}

function localsOf(node: Node): string[] {
  if (node.type === 'lambda_expression') return [node.namedChildren[0]?.text ?? ''];
  if (node.type !== 'for_statement') return [];
  const parameters = node.namedChildren.find((child) => child?.type === 'for_loop_parameters');
  const plain = node.childForFieldName('initializer');
  return [plain?.text ?? '', ...(parameters?.namedChildren.map((child) => child?.text ?? '') ?? [])];
}

/** True for the name of a declaration, a key of an object, and the name of a function. */
function isDeclaring(parent: Node, index: number): boolean {
  if (parent.type in kinds || parent.type === 'object_property' || parent.type === 'lambda_expression') {
    return index === 0;
  }
  return parent.type === 'call_expression' && index === 0;
}

/** The path of the file of a module declaration. */
export function fileOf({ file }: BicepFile, { node }: Declaration): string {
  const source = node.namedChildren.find((child) => child?.type === 'string')?.text.slice(1, -1) ?? '';
  return path.join(path.dirname(file), source);
}
