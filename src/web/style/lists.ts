/** The styles of lists, tables, counts, tags and the chart. */
export const listStyle = `
.head{display:flex;align-items:baseline;justify-content:space-between;gap:1rem}
.rows{list-style:none;margin:0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.rows li{position:relative;display:grid;grid-template-columns:5.6rem minmax(0,1fr) 12.5rem 6rem;gap:.2rem 1.1rem;align-items:center;padding:.7rem 1.1rem}
.rows>li>.tag{justify-self:start}.rows.plain-rows li{grid-template-columns:6rem minmax(0,1fr) auto 12.5rem}.plain-rows .what code,.plain-rows .why{position:relative;z-index:1;width:fit-content}
.rows li+li{border-top:1px solid var(--line)}.rows li:hover{background:var(--tint)}
.rows .what{min-width:0;overflow-wrap:anywhere}.rows .what a{font-weight:600;text-decoration:none}.rows .what a::after{content:"";position:absolute;inset:0}
.rows .what a:hover{text-decoration:underline}.rows .what .soft{display:block;font-size:.875rem}
.rows .why{display:block;font-size:.875rem;color:var(--high);overflow-wrap:anywhere}.rows .why.partly{color:var(--medium)}
.rows .when{text-align:right;font-size:.875rem;font-variant-numeric:tabular-nums;white-space:nowrap}.rows .when a{position:relative;z-index:1}
.tags{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem}
.tag{display:inline-flex;align-items:center;gap:.35em;font-size:.8rem;font-weight:620;line-height:1.5;border:1px solid var(--line);border-radius:4px;
padding:0 .5em;white-space:nowrap;color:var(--soft);background:var(--card)}
.severity::before{content:"";width:.6em;height:.6em;background:currentColor}
.severity.critical::before{transform:rotate(45deg)}.severity.low::before{border-radius:50%}
.severity.medium::before{clip-path:polygon(50% 0,100% 100%,0 100%)}
.tag.critical{color:var(--critical);border-color:currentColor}.tag.high{color:var(--high);border-color:currentColor}
.tag.medium{color:var(--medium);border-color:currentColor}.tag.low{color:var(--low);border-color:currentColor}
.tag.new{color:var(--accent);border-color:currentColor}.tag.waiting{background:var(--care-tint);color:var(--medium);border-color:transparent}
.tag.complete,.tag.resolved{color:var(--good);border-color:currentColor}.tag.incomplete{color:var(--medium);border-color:currentColor}
.tag.failed{color:var(--high);border-color:currentColor}
.counts{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.9rem;list-style:none;margin:0;padding:0}
.counts a{display:flex;flex-direction:column;align-items:flex-start;gap:.2rem;background:var(--card);border:1px solid var(--line);border-top:3px solid var(--line);
border-radius:8px;padding:.7rem 1.1rem .9rem;text-decoration:none;color:inherit}
.counts a:hover{background:var(--tint)}.counts .number{font-size:2rem;line-height:1.15;font-weight:640;font-variant-numeric:tabular-nums}
.counts .tag{border:0;padding:0;background:none}.counts .critical a{border-top-color:var(--critical)}.counts .high a{border-top-color:var(--high)}
.counts .medium a{border-top-color:var(--medium)}.counts .low a{border-top-color:var(--low)}
.counts .none .number,.counts .none .tag{color:var(--soft)}
.filter{display:flex;flex-wrap:wrap;align-items:flex-end;gap:.7rem;margin:0 0 1rem}.filter .field{flex:0 1 11.5rem}.filter .grow{flex:1 1 16rem}
.count{margin:.2rem 0 .7rem}
.pages{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.2rem;margin:1rem 0}.pages span{color:var(--soft);font-variant-numeric:tabular-nums}
.reports{margin-top:2.2rem}
.scroll{margin:0;overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%}
th,td{padding:.55rem .95rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
tbody tr:last-child>*{border-bottom:0}thead th{font-size:.82rem;font-weight:600;color:var(--soft);white-space:nowrap}
caption{text-align:left;padding:.6rem .95rem;border-bottom:1px solid var(--line)}
.numbers td,.numbers thead th+th{text-align:right;font-variant-numeric:tabular-nums}.numbers .text,.numbers thead th:nth-child(2):not(:only-child){text-align:left}
.numbers th time{white-space:nowrap}figure .numbers thead th:nth-child(2){text-align:right}
.chart{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1.1rem 1.3rem;margin:1.2rem 0 0}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem 1.5rem}.chart h2{margin-bottom:.4rem}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1.1rem}.charts .chart{margin:0;min-width:0}.chart h3{margin:0 0 .5rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:0 0 .6rem;padding:0;font-size:.84rem;color:var(--soft)}
.legend li::before{content:"";display:inline-block;width:.75em;height:.75em;margin-right:.4em;border-radius:2px;background:var(--bar)}
.legend .new::before{background:var(--accent)}.legend .suppressed::before{background:var(--bar-soft)}
.plot{position:relative;padding-left:3rem}.plot svg{display:block;width:100%;height:8.5rem;border-bottom:1px solid var(--strong)}
.most{position:absolute;left:0;top:-.5em;font-size:.82rem;color:var(--soft);font-variant-numeric:tabular-nums}
.ends{display:flex;justify-content:space-between;font-size:.82rem;color:var(--soft);margin:.3rem 0 0}
rect.open{fill:var(--bar)}rect.new{fill:var(--accent)}rect.suppressed{fill:var(--bar-soft)}
details>summary{cursor:pointer;color:var(--accent);font-weight:580;padding:.25rem 0}figure details{margin-top:.7rem}
@media (max-width:56rem){.rows li,.rows.plain-rows li{display:flex;flex-wrap:wrap;gap:.4rem}.rows .what{order:-1;width:100%}.rows .tags{display:contents}
.rows .when{margin-left:auto}}
@media (max-width:40rem){.counts{grid-template-columns:repeat(2,minmax(0,1fr))}.counts a{padding:.55rem .9rem .7rem}.counts .number{font-size:1.6rem}
.rows li{padding:.7rem .9rem}.filter .field{flex:1 1 8.5rem}.filter .grow{flex-basis:100%}.chart{padding:1rem}.charts .chart>svg text{font-size:14px}.plot{padding-left:2.2rem}th,td{padding:.5rem .7rem}}
`;
