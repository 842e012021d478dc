import type { JsonObject } from '../protocol/json.js';
import type { PageBytes } from '../protocol/page-bytes.js';

/** Writes the part that differs in each object: an id, a name, a number. */
export type Placeholder = (page: PageBytes, index: number) => void;

/** The most bytes that a placeholder writes. */
const maxPlaceholderLength = 64;

/** The JSON text of an object, split at its placeholders. */
export interface Template {
  /** One more than there are placeholders. */
  readonly pieces: readonly Uint8Array[];
  readonly placeholders: readonly Placeholder[];
  readonly maxLength: number;
}

/**
 * Compiles an object whose strings contain `{{name}}`. Writing it then needs a few copies and no JSON.stringify.
 * @param object the object with placeholders
 * @param placeholders the placeholders by name
 * @throws Error for an unknown name
 */
export function compileTemplate(object: JsonObject, placeholders: Readonly<Record<string, Placeholder>>): Template {
  const parts = JSON.stringify(object).split(/\{\{(\w+)\}\}/);
  const pieces = parts.filter((_, i) => i % 2 === 0).map((text) => Uint8Array.from(Buffer.from(text)));
  const names = parts.filter((_, i) => i % 2 === 1);
  const maxLength = pieces.reduce((sum, piece) => sum + piece.length, names.length * maxPlaceholderLength);
  return { pieces, placeholders: names.map((name) => placeholderNamed(placeholders, name)), maxLength };
}

function placeholderNamed(placeholders: Readonly<Record<string, Placeholder>>, name: string): Placeholder {
  const placeholder = placeholders[name];
  if (!placeholder) throw new Error(`A filler variant names the placeholder ${name}, which does not exist.`);
  return placeholder;
}

/** Appends the JSON text of the object with an index. */
export function writeTemplate(template: Template, page: PageBytes, index: number): void {
  page.reserve(template.maxLength);
  const { pieces, placeholders } = template;
  page.append(pieces[0] as Uint8Array);
  for (let i = 0; i < placeholders.length; i++) {
    (placeholders[i] as Placeholder)(page, index);
    page.append(pieces[i + 1] as Uint8Array);
  }
}
