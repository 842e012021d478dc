import type { Digest } from '../../../model/alerts/digest.js';
import { namedItems, type ProblemGroup } from '../../../model/alerts/problem-group.js';
import { notesOf, problemRow, reviewUrl } from '../../problem-row.js';
import { filledSections, headingOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';
import { mailedNotes } from './mail-html.js';

/**
 * The email as plain text, with the content of the HTML, for programs that show no HTML.
 * @param lead a first sentence, words of the program
 */
export function mailText(digest: Digest, lead?: string): string {
  const { publicUrl } = digest;
  const sections = filledSections(digest).flatMap((name) => {
    const heading = headingOf(digest, name);
    return [
      ...(heading ? [`${heading}:\n`] : []),
      ...digest.sections[name].groups.map((group) => groupOf(group, publicUrl)),
    ];
  });
  const parts = [
    titleOf(digest),
    `Tenant: ${tenantLabel(digest)}`,
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

function groupOf(group: ProblemGroup, publicUrl: string | undefined): string {
  const [only] = group.findings === 1 ? group.named : [];
  const lines = [
    `- ${group.severity.toUpperCase()} ${problemRow(group, namedItems, 120)}`,
    ...notesOf(group, mailedNotes, 300).map((note) => `  ${note}`),
    publicUrl && `  ${reviewUrl(publicUrl, group)}`,
    only && `  ${only.portalUrl}`,
  ];
  return `${lines.filter(Boolean).join('\n')}\n`;
}
