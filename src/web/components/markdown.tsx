import type { Child } from 'hono/jsx';
import { Link } from './link.js';

/**
 * Renders the Markdown that the READMEs of rules use: headings, paragraphs, lists, code, emphasis, links. Everything
 * else is shown as text; JSX escapes HTML.
 * @param headingLevel the level at which a `##` heading is rendered
 */
export function Markdown({ text, headingLevel = 2 }: { text: string; headingLevel?: 2 | 3 }) {
  const blocks = text.trim().split(/\n{2,}/);
  return <div class="prose">{blocks.map((block) => blockOf(block, headingLevel))}</div>;
}

/** The section below a `##` heading, without the heading; undefined where there is none. */
export function sectionOf(page: string, heading: string): string | undefined {
  const sections = page.split(/^## /m).slice(1);
  const found = sections.find((section) => section.startsWith(`${heading}\n`));
  return found?.slice(heading.length).trim();
}

/** The page without its title and first sentence, which the caller shows in its own header. */
export function withoutTitle(page: string): string {
  const start = page.search(/^## /m);
  return start < 0 ? page : page.slice(start);
}

function blockOf(block: string, headingLevel: 2 | 3) {
  const [, level, heading] = /^(#{1,4}) (.+)$/.exec(block) ?? [];
  if (level && heading) return headingLevel === 3 ? <h3>{inline(heading)}</h3> : <h2>{inline(heading)}</h2>;
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

/** In order of precedence: code first, because its content is literal. */
const inlineMark = /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|\[([^\]]+)\]\(([^)\s]+)\)/;

function inline(text: string): Child[] {
  const parts: Child[] = [];
  let rest = text;
  for (let match = inlineMark.exec(rest); match; match = inlineMark.exec(rest)) {
    parts.push(rest.slice(0, match.index), elementOf(match));
    rest = rest.slice(match.index + match[0].length);
  }
  return [...parts, rest];
}

function elementOf([, code, strong, emphasis, label = '', target = '']: RegExpExecArray): Child {
  if (code) return <code>{code}</code>;
  if (strong) return <strong>{strong}</strong>;
  if (emphasis) return <em>{emphasis}</em>;
  if (/^https:\/\//.test(target)) return <a href={target}>{label}</a>;
  const [, rule] = /^\.\.\/([a-z-]+)\/README\.md$/.exec(target) ?? [];
  return rule ? <Link href={`/rules/${rule}`}>{label}</Link> : label;
}
