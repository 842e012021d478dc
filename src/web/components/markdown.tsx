import type { Child } from 'hono/jsx';
import { Link } from './link.js';

/**
 * Markdown as the pages of rules use it: headings, paragraphs, lists, code, emphasis, links. Everything else is shown as
 * the text it is; HTML is never let through, since JSX escapes whatever is left.
 * @param headingLevel of a `##` heading
 */
export function Markdown({ text, headingLevel = 2 }: { text: string; headingLevel?: 2 | 3 }) {
  const blocks = text.trim().split(/\n{2,}/);
  return <div class="prose">{blocks.map((block) => blockOf(block, headingLevel))}</div>;
}

/** A section of a page by its `##` heading, without the heading; undefined where there is none. */
export function sectionOf(page: string, heading: string): string | undefined {
  const sections = page.split(/^## /m).slice(1);
  const found = sections.find((section) => section.startsWith(`${heading}\n`));
  return found?.slice(heading.length).trim();
}

/** The page without its title and its first sentence, which stand in the head of whatever shows it. */
export function withoutTitle(page: string): string {
  const start = page.search(/^## /m);
  return start < 0 ? page : page.slice(start);
}

function blockOf(block: string, headingLevel: 2 | 3) {
  const [, marks, heading] = /^(#{1,4}) (.+)$/.exec(block) ?? [];
  if (marks && heading) return headingLevel === 3 ? <h3>{inline(heading)}</h3> : <h2>{inline(heading)}</h2>;
  const [, code] = /^```\w*\n([\s\S]*?)\n```$/.exec(block) ?? [];
  if (code !== undefined) return <pre>{code}</pre>;
  if (/^[-*] /.test(block)) return <ul>{itemsOf(block, /^[-*] /m)}</ul>;
  if (/^\d+\. /.test(block)) return <ol>{itemsOf(block, /^\d+\. /m)}</ol>;
  return <p>{inline(block.replaceAll('\n', ' '))}</p>;
}

function itemsOf(block: string, mark: RegExp) {
  const items = block.split(new RegExp(mark.source, 'gm')).slice(1);
  return items.map((item) => <li>{inline(item.replace(/\s*\n\s*/g, ' ').trim())}</li>);
}

/** In the order in which they are looked for: code first, so that nothing in it is taken for a mark. */
const marks = /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|\[([^\]]+)\]\(([^)\s]+)\)/;

function inline(text: string): Child[] {
  const parts: Child[] = [];
  let rest = text;
  for (let match = marks.exec(rest); match; match = marks.exec(rest)) {
    parts.push(rest.slice(0, match.index), marked(match));
    rest = rest.slice(match.index + match[0].length);
  }
  return [...parts, rest];
}

function marked([, code, strong, emphasis, label = '', target = '']: RegExpExecArray): Child {
  if (code) return <code>{code}</code>;
  if (strong) return <strong>{strong}</strong>;
  if (emphasis) return <em>{emphasis}</em>;
  if (/^https:\/\//.test(target)) return <a href={target}>{label}</a>;
  const [, rule] = /^\.\.\/([a-z-]+)\/README\.md$/.exec(target) ?? [];
  return rule ? <Link href={`/rules/${rule}`}>{label}</Link> : label;
}
