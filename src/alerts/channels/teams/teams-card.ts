import type { Digest } from '../../../model/alerts/digest.js';
import { worstOf } from '../../../model/alerts/digest.js';
import type { SectionName } from '../../../model/alerts/news.js';
import type { ProblemGroup } from '../../../model/alerts/problem-group.js';
import type { Severity } from '../../../model/rule/violation.js';
import { nameList, notesOf, problemHeading, reviewUrl } from '../../problem-row.js';
import { factsOf, filledSections, headingOf, moreOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';

/** How much of a digest a card shows: problems of a section, names and notes of a problem, characters, warnings. */
interface Extent {
  readonly problems: number;
  readonly names: number;
  readonly notes: number;
  readonly text: number;
  readonly warnings: number;
}

/** From the most to counts only; the first extent that fits is used. */
const extents: readonly Extent[] = [
  { problems: 15, names: 5, notes: 3, text: 200, warnings: 6 },
  { problems: 10, names: 3, notes: 2, text: 160, warnings: 4 },
  { problems: 8, names: 3, notes: 1, text: 100, warnings: 3 },
  { problems: 4, names: 1, notes: 1, text: 80, warnings: 2 },
  { problems: 2, names: 0, notes: 0, text: 60, warnings: 1 },
  { problems: 0, names: 0, notes: 0, text: 60, warnings: 1 },
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
  return fitting ?? messageOf(digest, { problems: 0, names: 0, notes: 0, text: 40, warnings: 0 });
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
  return [
    ours('Consentinel', { size: 'small', isSubtle: true, spacing: 'none' }),
    plain([run(tenantLabel(digest), { weight: 'bolder' })], { spacing: 'none' }),
    ours(titleOf(digest), { size: 'large', weight: 'bolder', color: colour, spacing: 'none' }),
    { type: 'FactSet', spacing: 'small', facts: factsOf(digest) },
    ...warningsBlock(digest, extent),
    ...filledSections(digest).flatMap((name) => sectionOf(digest, name, extent)),
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

function sectionOf(digest: Digest, name: SectionName, extent: Extent): Element[] {
  const heading = headingOf(digest, name);
  const { groups } = digest.sections[name];
  const listed = groups.slice(0, extent.problems);
  const more = listed.length > 0 ? moreOf(groups.length, listed.length) : undefined;
  return [
    ...(heading ? [ours(heading, { weight: 'bolder', spacing: 'medium' })] : []),
    ...listed.flatMap((group) => groupOf(group, digest, extent)),
    ...(more ? [ours(`${more} problems`, { isSubtle: true, spacing: 'small' })] : []),
  ];
}

function groupOf(group: ProblemGroup, { publicUrl }: Digest, { names, notes, text }: Extent): Element[] {
  const severity = run(`${group.severity.toUpperCase()}  `, { weight: 'bolder', color: colours[group.severity] });
  const list = nameList(group, names, Math.min(text, 60));
  const note = notesOf(group, notes, text).join(' ');
  const [only] = group.findings === 1 ? group.named : [];
  const links = [
    ...(publicUrl ? [link('Review', reviewUrl(publicUrl, group))] : []),
    ...(only ? [link('Entra admin center', only.portalUrl)] : []),
  ];
  return [
    plain(
      [
        severity,
        run(problemHeading(group), { weight: 'bolder' }),
        ...(list ? [run(`: ${list}`)] : []),
        ...(note ? [run(` ${note}`, { isSubtle: true })] : []),
      ],
      { spacing: 'small' },
    ),
    ...(links.length > 0 ? [ours(links.join('  ·  '), { size: 'small', spacing: 'none' })] : []),
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
