import { shortText } from '../../../model/alerts/alert-text.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { sectionNames } from '../../../model/alerts/news.js';
import type { Item, Section } from '../../../model/alerts/section.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import { headings, moreOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';
import { slackLink, slackText } from './slack-text.js';

/**
 * Limits of a message: its blocks, and characters of a header, of a text, and of a field of a section.
 * Source: Slack, Block Kit reference.
 */
export const slackLimits = { blocks: 50, header: 150, text: 3_000, field: 2_000 } as const;

/**
 * Bytes of all blocks as JSON. Slack documents no such limit and refuses from about 13,200 on (`msg_blocks_too_long`).
 * Source: slackapi/bolt-js, issue 2509.
 */
export const blocksBytes = 12_000;

/** How much of a digest a message shows: findings per section, characters of a text, warnings. */
interface Extent {
  readonly items: number;
  readonly text: number;
  readonly warnings: number;
}

/** From the most to the least; the first extent that fits is used, and the last one always fits. */
const extents: readonly Extent[] = [
  { items: 12, text: 200, warnings: 6 },
  { items: 8, text: 160, warnings: 4 },
  { items: 5, text: 120, warnings: 3 },
  { items: 3, text: 100, warnings: 2 },
  { items: 2, text: 80, warnings: 2 },
  { items: 1, text: 60, warnings: 1 },
  { items: 0, text: 60, warnings: 1 },
];

type Block = Readonly<Record<string, unknown>>;

/**
 * The message for an incoming webhook: Block Kit, within the limits of Slack. Names and messages come from the directory
 * and are in `plain_text` objects only, where Slack renders no markup; `mrkdwn` objects hold words of the program.
 * Source: Slack, text object.
 * @returns the JSON text to send
 */
export function slackMessage(digest: Digest): string {
  const candidates = extents.map((extent) => blocksOf(digest, extent));
  const blocks = candidates.find(fits) ?? candidates.at(-1);
  // Notifications show the text instead of the blocks.
  return JSON.stringify({ text: slackText(titleOf(digest), slackLimits.text), blocks });
}

function fits(blocks: readonly Block[]): boolean {
  return blocks.length <= slackLimits.blocks && Buffer.byteLength(JSON.stringify(blocks)) <= blocksBytes;
}

function blocksOf(digest: Digest, extent: Extent): Block[] {
  const tenant = tenantLabel(digest);
  const facts = [...(tenant ? [`Tenant: ${tenant}`] : []), summaryOf(digest)];
  const warnings = warningLines(digest, extent);
  return [
    { type: 'header', text: plain(titleOf(digest), slackLimits.header) },
    { type: 'context', elements: facts.map((fact) => plain(fact)) },
    ...(warnings.length > 0 ? [{ type: 'section', text: plain(warnings.join('\n')) }] : []),
    ...sectionNames.flatMap((name) => sectionOf(headings[name], digest.sections[name], digest, extent)),
    { type: 'actions', elements: [pageButton(digest)] },
  ];
}

function warningLines(digest: Digest, { warnings, text }: Extent): string[] {
  const all = warningsOf(digest, 2 * text);
  const more = moreOf(all.length, warnings);
  return [...all.slice(0, warnings).map((warning) => `⚠ ${warning}`), ...(more ? [more] : [])];
}

function sectionOf(
  heading: (count: number) => string,
  section: Section,
  digest: Digest,
  { items, text }: Extent,
): Block[] {
  if (section.total === 0) return [];
  const listed = section.items.slice(0, items);
  const more = listed.length > 0 ? moreOf(section.total, listed.length) : undefined;
  return [
    { type: 'section', text: ours(`*${heading(section.total)}*`) },
    ...listed.map((item) => itemOf(item, digest, text)),
    ...(more ? [{ type: 'context', elements: [plain(more)] }] : []),
  ];
}

/** One block for a finding: its name and message, and beside them the links. */
function itemOf(item: Item, { publicUrl }: Digest, text: number): Block {
  const name = shortText(item.displayName, Math.min(text, 80));
  const sentences = [shortText(item.message, text), item.note && shortText(item.note, text)].filter(Boolean);
  const links = [
    ...(publicUrl ? [slackLink('Review', findingUrl(publicUrl, item.id))] : []),
    slackLink('Entra admin center', item.portalUrl),
  ].join('  ·  ');
  return {
    type: 'section',
    text: plain(`${item.severity.toUpperCase()}  ${name}\n${sentences.join(' ')}`),
    ...(links.length <= slackLimits.field && { fields: [ours(links)] }),
  };
}

/** A link button, which starts nothing: it opens the page, or the Entra admin center where there is no page. */
function pageButton({ publicUrl, adminCenter }: Digest): Block {
  const [label, url] = publicUrl
    ? ['Review and decide', publicUrl]
    : ['Open the Entra admin center', `${adminCenter}/`];
  return { type: 'button', text: plain(label), url };
}

function plain(text: string, most: number = slackLimits.text): Block {
  return { type: 'plain_text', text: slackText(text, most), emoji: false };
}

/** Words of the program in mrkdwn. `verbatim`: Slack adds no links and no mentions of its own. */
function ours(text: string): Block {
  return { type: 'mrkdwn', text, verbatim: true };
}
