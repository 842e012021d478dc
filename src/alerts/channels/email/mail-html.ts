import { html } from 'hono/html';
import { shortText } from '../../../model/alerts/alert-text.js';
import type { Digest } from '../../../model/alerts/digest.js';
import type { Item } from '../../../model/alerts/item.js';
import type { SectionName } from '../../../model/alerts/news.js';
import { namedItems, type ProblemGroup } from '../../../model/alerts/problem-group.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import type { Severity } from '../../../model/rule/violation.js';
import { notesOf, problemHeading, reviewUrl } from '../../problem-row.js';
import { filledSections, headingOf, moreOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';

/** The most notes that an email shows for a problem. */
export const mailedNotes = 3;

const colours: Readonly<Record<Severity, string>> = {
  critical: '#a4262c',
  high: '#a4262c',
  medium: '#8a5300',
  low: '#005a9e',
};
const font = 'font-family:Segoe UI,Helvetica,Arial,sans-serif';

type Markup = ReturnType<typeof html>;

/**
 * The email as HTML: one column, without images, scripts and external content. Styles are on the elements, because mail
 * programs drop other styles.
 * @param lead a first sentence, words of the program
 */
export function mailHtml(digest: Digest, lead?: string): string {
  const warnings = warningsOf(digest);
  const { publicUrl } = digest;
  const tenant = tenantLabel(digest);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${titleOf(digest)}</title></head>
<body style="margin:0;padding:16px;${font};font-size:16px;line-height:1.4">
<div style="max-width:640px;margin:0 auto">
<h1 style="font-size:20px;margin:0 0 12px">${titleOf(digest)}</h1>
<p style="margin:0 0 12px">Tenant: <strong>${tenant}</strong></p>
${lead ? html`<p style="margin:0 0 12px">${lead}</p>\n` : ''}${warnings.length > 0 ? html`<ul style="margin:0 0 16px;padding:12px 12px 12px 28px;border-left:4px solid #8a5300;background:#fff4ce;color:#323130">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>\n` : ''}${filledSections(digest).map((name) => sectionOf(digest, name))}
${publicUrl ? html`<p style="margin:20px 0"><a href="${publicUrl}" style="display:inline-block;padding:12px 20px;background:#005a9e;color:#ffffff;text-decoration:none;border-radius:4px">Review and decide</a></p>\n` : ''}<p style="margin:16px 0 0;font-size:13px;opacity:.75">${summaryOf(digest)}</p>
</div></body></html>
`;
  // No value is a promise, so the page is complete here.
  return page.toString();
}

function sectionOf(digest: Digest, name: SectionName): Markup {
  const heading = headingOf(digest, name);
  return html`${heading ? html`<h2 style="font-size:16px;margin:20px 0 8px">${heading}</h2>\n` : ''}${digest.sections[name].groups.map((group) => groupOf(group, digest.publicUrl))}`;
}

/** A problem with the names of its apps, each a link to its finding. */
function groupOf(group: ProblemGroup, publicUrl: string | undefined): Markup {
  const { severity, named, apps } = group;
  const listed = apps === 0 ? [] : named.slice(0, namedItems);
  const more = listed.length > 0 ? moreOf(apps, listed.length) : undefined;
  const [only] = group.findings === 1 ? named : [];
  const links = [
    ...(publicUrl ? [html`<a href="${reviewUrl(publicUrl, group)}">Review</a>`] : []),
    ...(only ? [html`<a href="${only.portalUrl}">Entra admin center</a>`] : []),
  ];
  return html`<div style="margin:0 0 12px;padding-left:10px;border-left:4px solid ${colours[severity]};overflow-wrap:anywhere">
<span style="padding:1px 7px;border-radius:3px;background:${colours[severity]};color:#ffffff;font-size:13px">${severity}</span> <strong>${problemHeading(group)}</strong>${listed.length > 0 ? ': ' : ''}${listed.map((item, i) => html`${i > 0 ? ', ' : ''}${nameOf(item, publicUrl)}`)}${more ? ` ${more}` : ''}
${notesOf(group, mailedNotes, 300).map((note) => html`<br><em>${note}</em>`)}${links.map((link, i) => html`${i > 0 ? html` &#183; ` : html`<br>\n`}${link}`)}</div>
`;
}

/** The name as a link to the finding; without a page, to the object in the Entra admin center. */
function nameOf({ id, displayName, portalUrl }: Item, publicUrl: string | undefined): Markup {
  return html`<a href="${publicUrl ? findingUrl(publicUrl, id) : portalUrl}">${shortText(displayName || '(no name)', 120)}</a>`;
}
