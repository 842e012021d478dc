import { safeHtml } from './escape.js';

/** HTML that is ready: made by `html` alone, so that nothing enters a page unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a page; strings and numbers are text, never HTML. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** A template whose every value is escaped, unless it is `Markup` itself; `undefined` and `false` leave nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(literals.map((literal, i) => literal + markupOf(values[i])).join(''));
}

function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(markupOf).join('') : safeHtml(String(content));
}
