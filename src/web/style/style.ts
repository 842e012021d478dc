import { chartStyle } from '../../reports/charts/chart-style.js';
import { findingStyle } from './finding.js';
import { listStyle } from './lists.js';
import { planStyle } from './plan.js';
import { tableStyle } from './table.js';

/** Colours, typography and the layout of every page: light and dark by the system's setting, from 320 pixels wide. */
const layoutStyle = `
:root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--ink:#17202a;--soft:#52606e;--line:#d8dee5;--strong:#8793a0;
--accent:#0b4f8a;--on-accent:#fff;--tint:#e8f0f8;--critical:#86105a;--high:#ad2318;--medium:#7f5200;--low:#1c5d88;
--good:#1a6839;--good-tint:#eaf5ee;--care-tint:#fbf3e2;--bad-tint:#fcecea;--code:#eef1f5;--removed:#fdecea;--bar:#9db4c9;--bar-soft:#d3dce5}
@media (prefers-color-scheme:dark){:root{--page:#0f1419;--card:#171d24;--ink:#e6ebf0;--soft:#a6b1bd;--line:#2d3640;--strong:#6d7a88;
--accent:#8dbdf2;--on-accent:#0f1b28;--tint:#1b2938;--critical:#f2a5d1;--high:#ff9d93;--medium:#efc06a;--low:#8ec6ee;
--good:#7ecf9b;--good-tint:#15271c;--care-tint:#2a2413;--bad-tint:#331a18;--code:#222a33;--removed:#381f1d;--bar:#48647f;--bar-soft:#2c3946}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--page);color:var(--ink);
font:1rem/1.55 "Segoe UI Variable Text","Segoe UI",system-ui,-apple-system,Roboto,"Noto Sans","Liberation Sans",sans-serif}
main,.bar,footer{width:100%;max-width:74rem;margin:0 auto;padding:0 1.5rem}
main{flex:1;padding-top:1.75rem;padding-bottom:3rem}main:focus{outline:none}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
h1{font-size:1.75rem;line-height:1.2;font-weight:650;letter-spacing:-.012em;margin:0 0 1rem;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:1.1rem;line-height:1.3;font-weight:650;margin:0 0 .7rem}h3{font-size:.95rem;font-weight:650;margin:1.2rem 0 .35rem}
p{margin:.45rem 0}.soft,dt,footer{color:var(--soft)}
code,pre{font-family:"Cascadia Mono",ui-monospace,SFMono-Regular,Consolas,"Liberation Mono",monospace;font-size:.89em;overflow-wrap:anywhere}
pre{white-space:pre-wrap;background:var(--code);border-radius:5px;padding:.7rem .85rem;margin:.4rem 0;line-height:1.5}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:1rem;top:-4rem;background:var(--card);padding:.5rem .9rem;border-radius:5px;z-index:2}.skip:focus{top:.6rem}
.top{background:var(--card);border-bottom:1px solid var(--line)}
.bar{display:flex;align-items:center;gap:.5rem 1.2rem;min-height:3.6rem;flex-wrap:wrap;padding-top:.4rem;padding-bottom:.4rem}
.brand{display:inline-flex;align-items:center;gap:.5rem;font-weight:680;letter-spacing:-.01em;color:var(--ink);text-decoration:none;min-height:2.2rem}
.mark{fill:none;stroke:var(--accent);stroke-width:1.7;stroke-linejoin:round;stroke-linecap:round}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem .3rem;list-style:none;margin:0;padding:0}
.top nav a{display:block;padding:.45rem .6rem;border-radius:5px;color:var(--soft);text-decoration:none;font-weight:550}
.top nav a:hover{background:var(--tint);color:var(--ink)}.top nav a[aria-current]{color:var(--accent);background:var(--tint)}
.switch{margin:0;font-size:.84rem;line-height:1.3;min-width:0;flex:1 1 13rem}.of-tenant nav{width:100%}.of-tenant .visitor{flex:0 1 auto}.switch bdi,.switch a{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.switch bdi{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;white-space:normal;overflow-wrap:anywhere;font-weight:620}
.visitor{margin:0 0 0 auto;flex:1 1 7rem;font-size:.84rem;line-height:1.3;text-align:right;min-width:0;max-width:22rem}
.visitor.narrow{display:none}
.visitor bdi,.visitor span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.visitor span{color:var(--soft)}
footer{display:flex;flex-wrap:wrap;gap:.2rem 2rem;padding-top:1rem;padding-bottom:1.5rem;font-size:.84rem;box-shadow:inset 0 1px var(--line)}
footer p{margin:0}
.plain{max-width:36rem;padding-top:12vh}.plain h1{margin-top:1.2rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1.15rem 1.3rem;margin:0 0 1.2rem}
section{margin:0 0 1.8rem}section.card{margin-bottom:1.2rem}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 19.5rem;gap:1.2rem;align-items:start}
.lead{margin-bottom:1.4rem}.lead h1{margin:.35rem 0 .4rem}.lead .message{font-size:1.05rem;max-width:60rem;overflow-wrap:anywhere}
.notice{border:1px solid var(--line);border-left:4px solid var(--strong);border-radius:6px;padding:.7rem 1rem;margin:0 0 1rem;overflow-wrap:anywhere}
.notice h2{font-size:1rem;margin:0}.notice p:last-child,.notice ul:last-child{margin-bottom:0}.notice ul{padding-left:1.15rem;margin:.3rem 0}
.notice.good{border-left-color:var(--good);background:var(--good-tint)}.notice.care{border-left-color:var(--medium);background:var(--care-tint)}
.notice.bad{border-left-color:var(--high);background:var(--bad-tint)}.notice li{margin:.3rem 0}
.inline{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:.7rem 0 0;padding:0}
.prose{max-width:44rem}.prose h2:not(:first-child){margin-top:1.6rem}.prose li{margin:.25rem 0}
button,.button{font:inherit;font-weight:620;border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);border-radius:5px;
padding:.48rem 1rem;cursor:pointer;text-decoration:none;display:inline-block}
button:hover,.button:hover{filter:brightness(1.1)}button[disabled]{opacity:.6;cursor:default}
button.quiet{background:var(--card);color:var(--accent)}button.copy{font-size:.78rem;padding:.1rem .5rem;margin-left:.5rem;border-color:var(--line)}
label{font-size:.84rem;font-weight:600;color:var(--soft)}
input,select,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--strong);border-radius:5px;padding:.42rem .6rem;width:100%;max-width:100%;min-height:2.5rem}
.field{display:flex;flex-direction:column;gap:.22rem;min-width:0}
@media (max-width:56rem){.columns{grid-template-columns:minmax(0,1fr)}}
@media (max-width:40rem){main,.bar,footer{padding-left:1rem;padding-right:1rem}main{padding-top:1.2rem}h1{font-size:1.4rem}
.bar{padding-top:.5rem;padding-bottom:.4rem;gap:.2rem 1rem}.visitor.narrow{display:block}.visitor.wide{display:none}.of-tenant .brand{width:100%}.of-tenant .switch{flex:1 1 8rem}.top nav{width:calc(100% + 1rem);margin:0 -.5rem}.top nav ul{gap:0}
.top nav a{padding:.45rem .5rem;font-size:.94rem}.visitor{max-width:52vw}.card{padding:.95rem 1rem}}
@media (forced-colors:active){.tag,.notice,.card{border:1px solid}}
@media print{.top,footer,form,.skip{display:none}body{background:#fff}}
`;

/** The stylesheet of all pages. */
export const pageStyle = layoutStyle + listStyle + tableStyle + planStyle + findingStyle + chartStyle;
