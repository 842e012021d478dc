import { shortText } from '../../../model/alerts/alert-text.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { sectionNames } from '../../../model/alerts/news.js';
import type { Item } from '../../../model/alerts/section.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import { headings, moreOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';
import { mailedItems } from './mail-html.js';

/**
 * The email as plain text, with the content of the HTML, for programs that show no HTML.
 * @param lead a first sentence, words of the program
 */
export function mailText(digest: Digest, lead?: string): string {
  const { publicUrl } = digest;
  const tenant = tenantLabel(digest);
  const sections = sectionNames.flatMap((name) => {
    const section = digest.sections[name];
    if (section.total === 0) return [];
    const listed = section.items.slice(0, mailedItems);
    const more = moreOf(section.total, listed.length);
    return [
      `${headings[name](section.total)}:\n`,
      ...listed.map((item) => itemOf(item, publicUrl)),
      ...(more ? [more] : []),
    ];
  });
  const parts = [
    titleOf(digest),
    tenant && `Tenant: ${tenant}`,
    lead,
    warningsOf(digest)
      .map((warning) => `! ${warning}`)
      .join('\n'),
    sections.join('\n'),
    publicUrl && `Review and decide: ${publicUrl}`,
    summaryOf(digest),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function itemOf(item: Item, publicUrl: string | undefined): string {
  const lines = [
    `- ${item.severity.toUpperCase()} ${shortText(item.displayName, 120)}: ${shortText(item.message, 300)}`,
    item.note && `  ${shortText(item.note, 300)}`,
    publicUrl && `  ${findingUrl(publicUrl, item.id)}`,
    `  ${item.portalUrl}\n`,
  ];
  return lines.filter(Boolean).join('\n');
}
