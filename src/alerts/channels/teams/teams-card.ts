import { shortText } from '../../../model/alerts/alert-text.js';
import { type Digest, worstOf } from '../../../model/alerts/digest.js';
import { sectionNames } from '../../../model/alerts/news.js';
import type { Item, Section } from '../../../model/alerts/section.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import type { Severity } from '../../../model/rule/violation.js';
import { headings, moreOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';

/** How much of a digest a card shows. */
interface Extent {
  readonly items: number;
  readonly text: number;
  readonly warnings: number;
}

/** From the most to counts only; the first extent that fits is used. */
const extents: readonly Extent[] = [
  { items: 15, text: 200, warnings: 6 },
  { items: 8, text: 160, warnings: 4 },
  { items: 5, text: 120, warnings: 3 },
  { items: 3, text: 80, warnings: 2 },
  { items: 1, text: 60, warnings: 1 },
  { items: 0, text: 60, warnings: 1 },
];

/** Less than the 28 KB that Teams accepts, because flows wrap the card. Source: Microsoft Learn, webhooks of Teams. */
export const cardBytes = 26_000;

type Element = Readonly<Record<string, unknown>>;
const colours: Readonly<Record<Severity, string>> = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
};

/**
 * The message for a Workflows webhook: one Adaptive Card 1.4 within the limit. Names and messages from the directory
 * are in text runs only: Teams renders Markdown in TextBlock and in facts, but not in text runs.
 * Source: Microsoft Learn, "Text formatting in cards"; Adaptive Cards, RichTextBlock.
 * @param most bytes of UTF-8
 * @returns the JSON text to send
 */
export function teamsMessage(digest: Digest, most = cardBytes): string {
  const fitting = extents.map((extent) => messageOf(digest, extent)).find((text) => Buffer.byteLength(text) <= most);
  return fitting ?? messageOf(digest, { items: 0, text: 40, warnings: 0 });
}

function messageOf(digest: Digest, extent: Extent): string {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    fallbackText: titleOf(digest),
    body: bodyOf(digest, extent),
    actions: actionsOf(digest),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return JSON.stringify({ type: 'message', attachments: [{ contentType, contentUrl: null, content }] });
}

function bodyOf(digest: Digest, extent: Extent): Element[] {
  const worst = worstOf(digest);
  const colour = worst ? colours[worst] : digest.scan.status === 'complete' ? 'default' : 'warning';
  const tenant = tenantLabel(digest);
  return [
    ours('Consentinel', { size: 'small', isSubtle: true, spacing: 'none' }),
    ...(tenant ? [plain([run(tenant, { weight: 'bolder' })], { spacing: 'none' })] : []),
    ours(titleOf(digest), { size: 'large', weight: 'bolder', color: colour, spacing: 'none' }),
    ...warningsBlock(digest, extent),
    ...sectionNames.flatMap((name) => sectionOf(headings[name], digest.sections[name], digest, extent)),
    plain([run(summaryOf(digest), { isSubtle: true, size: 'small' })], { separator: true, spacing: 'medium' }),
  ];
}

function warningsBlock(digest: Digest, { warnings, text }: Extent): Element[] {
  const all = warningsOf(digest, 2 * text);
  if (all.length === 0) return [];
  const more = moreOf(all.length, warnings);
  const lines = [...all.slice(0, warnings), ...(more ? [more] : [])];
  const items = lines.map((line) => plain([run(line)], { spacing: 'small' }));
  return [{ type: 'Container', style: 'warning', spacing: 'medium', items }];
}

function sectionOf(
  heading: (count: number) => string,
  section: Section,
  digest: Digest,
  { items, text }: Extent,
): Element[] {
  if (section.total === 0) return [];
  const listed = section.items.slice(0, items);
  const more = listed.length > 0 ? moreOf(section.total, listed.length) : undefined;
  return [
    ours(heading(section.total), { weight: 'bolder', spacing: 'medium' }),
    ...listed.flatMap((item) => itemOf(item, digest, text)),
    ...(more ? [ours(more, { isSubtle: true, spacing: 'small' })] : []),
  ];
}

function itemOf(item: Item, { publicUrl }: Digest, text: number): Element[] {
  const severity = run(`${item.severity.toUpperCase()}  `, { weight: 'bolder', color: colours[item.severity] });
  const name = run(shortText(item.displayName, Math.min(text, 80)), { weight: 'bolder' });
  const note = item.note ? [run(` ${shortText(item.note, text)}`, { isSubtle: true })] : [];
  const page = publicUrl ? [link('Review', findingUrl(publicUrl, item.id))] : [];
  return [
    plain([severity, name, run(`  ${shortText(item.message, text)}`), ...note], { spacing: 'small' }),
    ours([...page, link('Entra admin center', item.portalUrl)].join('  ·  '), { size: 'small', spacing: 'none' }),
  ];
}

function actionsOf({ publicUrl, adminCenter }: Digest): Element[] {
  const open = (title: string, url: string) => ({ type: 'Action.OpenUrl', title, url });
  return publicUrl ? [open('Review and decide', publicUrl)] : [open('Open the Entra admin center', `${adminCenter}/`)];
}

/** A Markdown link. The ids in the address are encoded; the characters that end a link are encoded here. */
function link(title: string, url: string): string {
  return `[${title}](${url.replace(/[()\s\\]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`)})`;
}

/** Words of the program, in which Teams renders Markdown. */
function ours(text: string, properties: Element): Element {
  return { type: 'TextBlock', text, wrap: true, ...properties };
}

function plain(inlines: readonly Element[], properties: Element): Element {
  return { type: 'RichTextBlock', inlines, ...properties };
}

function run(text: string, properties: Element = {}): Element {
  return { type: 'TextRun', text, ...properties };
}
