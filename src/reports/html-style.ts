import { createHash } from 'node:crypto';
import { chartStyle } from './charts/chart-style.js';

/** The style of the HTML report: light and dark, narrow and wide, screen and print, without external assets. */
export const reportStyle = `${chartStyle}
:root{color-scheme:light dark;--page:#f4f6f8;--card:#fff;--ink:#1a1f26;--soft:#525d6b;--line:#d5dbe2;--accent:#0b57a4;
--critical:#86105a;--high:#b3261e;--medium:#8a5700;--low:#1d5f8a;--good:#1b6b3a;--on-colour:#fff;--code:#eef1f5}
@media (prefers-color-scheme:dark){:root{--page:#101418;--card:#181d23;--ink:#e7ebf0;--soft:#a5b0bd;--line:#313a45;
--accent:#8bbcf5;--critical:#f3a6d3;--high:#ff9f96;--medium:#f0c26a;--low:#8fc8f0;--good:#7fd19d;--on-colour:#12161b;--code:#222932}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main,.top>div,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
a{color:var(--accent)}a:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
h1{font-size:1.7rem;line-height:1.2;margin:.1rem 0 .4rem}h2{font-size:1.25rem;margin:2.2rem 0 .8rem}
h3{font-size:1.05rem;line-height:1.35;margin:0;overflow-wrap:anywhere}h4{font-size:.875rem;margin:1rem 0 .3rem}
p{margin:.4rem 0}.soft,dt,footer{color:var(--soft)}
code,.id{font:.875em/1.4 ui-monospace,"Cascadia Mono",Consolas,monospace;overflow-wrap:anywhere}
code{background:var(--code);padding:.05em .3em;border-radius:3px}pre{font:.875em/1.4 ui-monospace,"Cascadia Mono",Consolas,monospace;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.top{background:var(--card);border-bottom:1px solid var(--line);padding:1.6rem 0 1.2rem}
.brand{font-size:.8125rem;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--accent);margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;list-style:none;margin:.9rem 0 0;padding:0}
.notice{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--medium);border-radius:6px;padding:.7rem 1rem;margin:1.2rem 0}
.notice.good{border-left-color:var(--good)}.notice.bad{border-left-color:var(--high)}
.notice h2{font-size:1.05rem;margin:0}.notice ul{margin:.5rem 0;padding-left:1.2rem}.notice li{margin:.35rem 0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;background:var(--card)}
th,td{padding:.45rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{font-size:.8125rem;color:var(--soft);font-weight:600}tfoot th,tfoot td{font-weight:600;border-bottom:0}
.counts td,.counts thead th+th{text-align:right;font-variant-numeric:tabular-nums}.zero{color:var(--soft)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;background:var(--card)}
.share{display:block;width:100%;height:.75rem;margin:.9rem 0;border-radius:3px}
.share .critical{fill:var(--critical)}.share .high{fill:var(--high)}.share .medium{fill:var(--medium)}.share .low{fill:var(--low)}
h2+h3,.counts+h3,.scroll+h3{margin-top:1.2rem}section h3{margin:1.2rem 0 .4rem}ol{margin:.4rem 0;padding-left:1.4rem}summary{cursor:pointer;overflow-wrap:anywhere}
.problems td{padding:.3rem .7rem}.problems td:nth-child(4){white-space:nowrap}.problems td.id{font-size:.75rem;min-width:8rem}nav details{margin-top:.6rem}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem;margin:1rem 0}.chart{margin:0;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.8rem}
.chart h3{margin:0 0 .3rem}.legend{display:flex;flex-wrap:wrap;gap:.2rem .9rem;list-style:none;margin:0 0 .3rem;padding:0;font-size:.8125rem}.legend li::before{content:"";display:inline-block;width:.7rem;height:.7rem;margin-right:.35rem;border-radius:2px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.problems .group th{background:var(--code);padding:.7rem}.problems .group h3{margin:0 0 .2rem}.problems th{font-weight:400}.problems thead th{font-weight:600}
.problems tbody .critical{color:var(--critical)}.problems tbody .high{color:var(--high)}.problems tbody .medium{color:var(--medium)}.problems tbody .low{color:var(--low)}
.problems .group .tag{color:var(--on-colour)}details>:not(summary){margin-left:1rem}td:first-child{overflow-wrap:anywhere;min-width:12rem}
.tags{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem;margin:.35rem 0 .6rem;font-size:.875rem}
.tag{border:1px solid var(--line);border-radius:999px;padding:0 .6em;font-size:.8125rem;font-weight:600}
.tag.critical,.tag.high,.tag.medium,.tag.low{color:var(--on-colour);border-color:transparent}
.tag.critical{background:var(--critical)}.tag.high{background:var(--high)}.tag.medium{background:var(--medium)}.tag.low{background:var(--low)}
.tag.new{border-color:var(--accent);color:var(--accent)}
.message{overflow-wrap:anywhere;margin:.2rem 0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,23rem),1fr));gap:.4rem 2rem;align-items:start;margin-top:.7rem}.facts h4{margin:0 0 .3rem}
dl{margin:0;font-size:.9375rem}dl>div{display:flex;gap:0 .9rem;padding:.1rem 0}dt{flex:0 0 8rem}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.warning{border-left:3px solid var(--medium);padding-left:.7rem}.final{color:var(--high);font-weight:600}
.requests{list-style:none;margin:.3rem 0;padding:0}.requests li{margin:.25rem 0}
.out{margin:.9rem 0 0}
footer{padding-top:1.5rem;padding-bottom:2.5rem;font-size:.875rem}
@media (min-width:34.01rem){.counts{table-layout:fixed}}
@media (max-width:34rem){main,.top>div,footer{padding:0 .8rem}h1{font-size:1.4rem}.problems td,.problems th{padding:.25rem .35rem}
dl>div{flex-wrap:wrap}dt{flex-basis:auto}.counts th,.counts td{padding:.4rem .35rem}footer{padding-bottom:2rem}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#063f78;--critical:#86105a;--high:#b3261e;
--medium:#8a5700;--low:#1d5f8a;--good:#1b6b3a;--on-colour:#fff;--code:#f2f2f2}@page{margin:16mm 14mm}
html{font-size:9pt}body{print-color-adjust:exact;-webkit-print-color-adjust:exact}nav{display:none}main,.top>div,footer{max-width:none;padding:0}
tr{break-inside:avoid}.group{break-after:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}.scroll{overflow:visible}
.problems tr:has(details){break-inside:auto}details::details-content{content-visibility:visible;height:auto}summary{list-style:none}}
`;

/** Allows the report's own style only: no script, image, font or request, even if escaping failed. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`;
