import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text that a user can read, and where it is. */
export interface UserText {
  readonly place: string;
  readonly text: string;
}

/**
 * The string literals, templates and JSX texts of a source file that are texts: those with a space. Expressions within a
 * template are left out, and so are import paths and comments.
 */
export function literalsOf(file: string): UserText[] {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, kind);
  const texts: UserText[] = [];
  const add = (node: ts.Node, text: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    if (/\S\s+\S/.test(text)) texts.push({ place: `${file}:${line + 1}`, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isJsxText(node))
      add(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      add(node, [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' … '));
      for (const { expression } of node.templateSpans) visit(expression);
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** The lines of a Markdown page without code, names of files and addresses. The comments of code are texts. */
export function linesOf(file: string): UserText[] {
  let isCode = false;
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, i) => {
      if (/^\s*```/.test(line)) {
        isCode = !isCode;
        return [];
      }
      const text = isCode ? (/(?:^|\s)#\s(.*)/.exec(line)?.[1] ?? '') : withoutCode(line);
      return text.trim() ? [{ place: `${file}:${i + 1}`, text }] : [];
    });
}

/** A text without code spans and the targets of links. */
export function withoutCode(text: string): string {
  return text
    .replace(/`[^`]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/\b[\w-]+(?:\.[\w-]+)+\b/g, '');
}
