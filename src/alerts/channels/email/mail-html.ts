import { html } from 'hono/html';
import { shortText } from '../../../model/alerts/alert-text.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { sectionNames } from '../../../model/alerts/news.js';
import type { Item, Section } from '../../../model/alerts/section.js';
import { findingUrl } from '../../../model/finding/page-url.js';
import type { Severity } from '../../../model/rule/violation.js';
import { headings, moreOf, summaryOf, tenantLabel, titleOf, warningsOf } from '../../wording.js';

/** The most findings that an email lists per section; the page lists all. */
export const mailedItems = 50;

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
${tenant ? html`<p style="margin:0 0 12px">Tenant: <strong>${tenant}</strong></p>\n` : ''}${lead ? html`<p style="margin:0 0 12px">${lead}</p>\n` : ''}${warnings.length > 0 ? html`<ul style="margin:0 0 16px;padding:12px 12px 12px 28px;border-left:4px solid #8a5300;background:#fff4ce;color:#323130">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>\n` : ''}${sectionNames.map((name) => sectionOf(headings[name], digest.sections[name], publicUrl))}
${publicUrl ? html`<p style="margin:20px 0"><a href="${publicUrl}" style="display:inline-block;padding:12px 20px;background:#005a9e;color:#ffffff;text-decoration:none;border-radius:4px">Review and decide</a></p>\n` : ''}<p style="margin:16px 0 0;font-size:13px;opacity:.75">${summaryOf(digest)}</p>
</div></body></html>
`;
  // No value is a promise, so the page is complete here.
  return page.toString();
}

function sectionOf(heading: (count: number) => string, section: Section, publicUrl: string | undefined): Markup {
  if (section.total === 0) return html``;
  const listed = section.items.slice(0, mailedItems);
  const more = moreOf(section.total, listed.length);
  return html`<h2 style="font-size:16px;margin:20px 0 8px">${heading(section.total)}</h2>
${listed.map((item) => itemOf(item, publicUrl))}${more ? html`<p style="margin:8px 0">${more}</p>\n` : ''}`;
}

function itemOf(item: Item, publicUrl: string | undefined): Markup {
  const review = publicUrl ? html`<a href="${findingUrl(publicUrl, item.id)}">Review</a> &#183; ` : '';
  return html`<div style="margin:0 0 12px;padding-left:10px;border-left:4px solid ${colours[item.severity]};overflow-wrap:anywhere">
<span style="padding:1px 7px;border-radius:3px;background:${colours[item.severity]};color:#ffffff;font-size:13px">${item.severity}</span> <strong>${shortText(item.displayName, 120)}</strong><br>
${shortText(item.message, 300)}${item.note ? html` <em>${shortText(item.note, 300)}</em>` : ''}<br>
${review}<a href="${item.portalUrl}">Entra admin center</a></div>
`;
}
