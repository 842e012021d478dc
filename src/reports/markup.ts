import { html as template } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { safeText } from '../model/text/safe-text.js';

/** HTML that needs no escaping. It is a `String` object: call `toString()` before you write it to a stream. */
export type Markup = HtmlEscapedString;

/** The values of a template. Strings and numbers are text; `undefined` and `false` add nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/**
 * Hono's `html` template, which escapes every value that is not `Markup`. It also spells out characters that reorder or
 * hide text, because any user can write a display name.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Markup {
  // Hono returns a promise only where a value is one, and `Content` has none.
  return template(literals, ...values.map(safeContent)) as Markup;
}

function safeContent(content: Content): unknown {
  if (typeof content === 'string') return safeText(content);
  return Array.isArray(content) ? content.map(safeContent) : content;
}
