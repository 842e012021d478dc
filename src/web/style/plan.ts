/** The styles of the page of one finding: plan, forms, facts and history. */
export const planStyle = `
.diff{list-style:none;margin:.5rem 0 .9rem;padding:0;border:1px solid var(--line);border-radius:6px;overflow:hidden}
.diff li{display:grid;grid-template-columns:6.5rem minmax(0,1fr) auto;gap:.1rem 1rem;padding:.6rem .95rem;border-left:4px solid transparent}
.diff li+li{border-top:1px solid var(--line)}.diff .change{font-weight:620;white-space:nowrap;color:var(--soft)}
.diff .removed{background:var(--removed);border-left-color:var(--high)}.diff .removed .change{color:var(--high)}
.diff .name{display:block;font-weight:600;overflow-wrap:anywhere}.diff .valid{white-space:nowrap;font-variant-numeric:tabular-nums}
.diff .set{grid-template-columns:minmax(8rem,14rem) minmax(0,1fr)}.diff pre{margin:0;background:none;padding:0}
.final{border-left:4px solid var(--high);padding:.1rem 0 .1rem .8rem}.final strong{color:var(--high)}
.raw{margin:.6rem 0}.request button.copy{margin:0 0 .4rem}
.decision .wide{max-width:none!important}.decision{display:grid;gap:.85rem;justify-items:start;margin:.8rem 0 0}.decision .field{width:100%;max-width:34rem}.decision input[type=date]{width:auto;align-self:flex-start}
.decision.primary{border-top:1px solid var(--line);padding-top:1.1rem;margin-top:1.1rem}.decision p{margin:0}
fieldset{border:1px solid var(--line);border-radius:6px;padding:.5rem 1rem .7rem;margin:0;min-width:0;width:100%}
legend{font-weight:650;padding:0 .35rem}
.check{display:flex;gap:.65rem;align-items:flex-start;padding:.35rem 0;font-size:1rem;font-weight:400;color:inherit;cursor:pointer}
.check span{min-width:0;overflow-wrap:anywhere}.check input{flex:none;width:1.15rem;height:1.15rem;min-height:0;margin:.22rem 0 0;accent-color:var(--accent)}
.decide{border-top:1px solid var(--line);margin-top:1rem;padding-top:.5rem}
.facts dl{margin:0;display:grid;gap:.65rem}.facts dt{font-size:.82rem}.facts dd{margin:0;overflow-wrap:anywhere}
dl.facts.wide{margin:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1rem 1.5rem}dl.facts.wide dd{font-weight:560}
.what-happened{margin:1.2rem 0;display:grid;gap:.6rem;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--medium);border-radius:6px;padding:.9rem 1.1rem;max-width:44rem}.what-happened dt{font-size:.84rem;font-weight:600}.what-happened dd{margin:0}
.history{list-style:none;margin:0;padding:0}
.history li{position:relative;padding:0 0 1rem 1.5rem;overflow-wrap:anywhere}.history p{margin:.1rem 0}.history details{font-size:.9rem}
.history li::before{content:"";position:absolute;left:0;top:.5em;width:.65rem;height:.65rem;border-radius:50%;background:var(--card);border:2px solid var(--strong)}
.history li:not(:last-child)::after{content:"";position:absolute;left:.3rem;top:1.35em;bottom:-.35em;width:1px;background:var(--line)}
.history .good::before{border-color:var(--good);background:var(--good)}.history .bad::before{border-color:var(--high);background:var(--high)}
.event time{color:var(--soft);margin:0 .25rem;font-size:.9em}
form+[role=status]{margin-top:1.2rem}
q{font-style:italic;display:block;margin-top:.25rem}
@media (max-width:40rem){.diff li,.diff .set{grid-template-columns:minmax(0,1fr)}.history li{padding-left:1.3rem}}
`;
