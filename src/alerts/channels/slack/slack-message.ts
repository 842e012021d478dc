import type { Digest } from '../../../model/alerts/digest.js';
import type { SectionName } from '../../../model/alerts/news.js';
import type { ProblemGroup } from '../../../model/alerts/problem-group.js';
import { notesOf, problemRow, reviewUrl } from '../../problem-row.js';
import { filledSections, headingOf, moreOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';
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

/** How much of a digest a message shows: problems of a section, names and notes of a problem, characters, warnings. */
interface Extent {
  readonly problems: number;
  readonly names: number;
  readonly notes: number;
  readonly text: number;
  readonly warnings: number;
}

/** From the most to the least; the first extent that fits is used, and the last one always fits. */
const extents: readonly Extent[] = [
  { problems: 12, names: 5, notes: 3, text: 200, warnings: 6 },
  { problems: 8, names: 3, notes: 2, text: 160, warnings: 4 },
  { problems: 5, names: 3, notes: 1, text: 120, warnings: 3 },
  { problems: 3, names: 2, notes: 1, text: 100, warnings: 2 },
  { problems: 2, names: 1, notes: 1, text: 80, warnings: 2 },
  { problems: 1, names: 1, notes: 0, text: 60, warnings: 1 },
  { problems: 0, names: 0, notes: 0, text: 60, warnings: 1 },
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
  const facts = [`Tenant: ${tenantLabel(digest)}`, summaryOf(digest)];
  const warnings = warningLines(digest, extent);
  return [
    { type: 'header', text: plain(titleOf(digest), slackLimits.header) },
    { type: 'context', elements: facts.map((fact) => plain(fact)) },
    ...(warnings.length > 0 ? [{ type: 'section', text: plain(warnings.join('\n')) }] : []),
    ...filledSections(digest).flatMap((name) => sectionOf(digest, name, extent)),
    { type: 'actions', elements: [pageButton(digest)] },
  ];
}

function warningLines(digest: Digest, { warnings, text }: Extent): string[] {
  const all = warningsOf(digest, 2 * text);
  const more = moreOf(all.length, warnings);
  return [...all.slice(0, warnings).map((warning) => `⚠ ${warning}`), ...(more ? [more] : [])];
}

function sectionOf(digest: Digest, name: SectionName, extent: Extent): Block[] {
  const heading = headingOf(digest, name);
  const { groups } = digest.sections[name];
  const listed = groups.slice(0, extent.problems);
  const more = listed.length > 0 ? moreOf(groups.length, listed.length) : undefined;
  return [
    ...(heading ? [{ type: 'section', text: ours(`*${heading}*`) }] : []),
    ...listed.map((group) => groupOf(group, digest, extent)),
    ...(more ? [{ type: 'context', elements: [plain(`${more} problems`)] }] : []),
  ];
}

/** One block for a problem: its row and notes, and beside them the links. */
function groupOf(group: ProblemGroup, { publicUrl }: Digest, { names, notes, text }: Extent): Block {
  const row = problemRow(group, names, Math.min(text, 80));
  const [only] = group.findings === 1 ? group.named : [];
  const links = [
    ...(publicUrl ? [slackLink('Review', reviewUrl(publicUrl, group))] : []),
    ...(only ? [slackLink('Entra admin center', only.portalUrl)] : []),
  ].join('  ·  ');
  return {
    type: 'section',
    text: plain([`${group.severity.toUpperCase()}  ${row}`, ...notesOf(group, notes, text)].join('\n')),
    ...(links.length > 0 && links.length <= slackLimits.field && { fields: [ours(links)] }),
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
