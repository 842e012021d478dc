import type { JsonObject } from '../protocol/json.js';
import type { PageBytes } from '../protocol/page-bytes.js';

/** Writes what is different in each object: an id, a name, a number. */
export type Placeholder = (page: PageBytes, index: number) => void;

/** No hole writes more bytes than this. */
const holeLength = 64;

/** The JSON text of an object with holes. */
export interface Template {
  /** One more than there are holes. */
  readonly pieces: readonly Uint8Array[];
  readonly placeholders: readonly Placeholder[];
  readonly maxLength: number;
}

/**
 * Compiles an object whose strings hold `{{name}}`, so that writing it costs a few copies and no JSON.stringify.
 * @param object with holes
 * @param holes by name
 */
export function compileTemplate(object: JsonObject, holes: Readonly<Record<string, Placeholder>>): Template {
  const parts = JSON.stringify(object).split(/\{\{(\w+)\}\}/);
  const pieces = parts.filter((_, i) => i % 2 === 0).map((text) => Uint8Array.from(Buffer.from(text)));
  const names = parts.filter((_, i) => i % 2 === 1);
  const maxLength = pieces.reduce((sum, piece) => sum + piece.length, names.length * holeLength);
  return { pieces, placeholders: names.map((name) => holeNamed(holes, name)), maxLength };
}

function holeNamed(holes: Readonly<Record<string, Placeholder>>, name: string): Placeholder {
  const hole = holes[name];
  if (!hole) throw new Error(`A filler variant names the hole ${name}, which does not exist.`);
  return hole;
}

/** Writes the object of an index. */
export function writeTemplate(template: Template, page: PageBytes, index: number): void {
  page.reserve(template.maxLength);
  const { pieces, placeholders: holes } = template;
  page.append(pieces[0] as Uint8Array);
  for (let i = 0; i < holes.length; i++) {
    (holes[i] as Placeholder)(page, index);
    page.append(pieces[i + 1] as Uint8Array);
  }
}
