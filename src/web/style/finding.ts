/** The styles of tabs, of the head of a finding, and of the path to a token. */
export const findingStyle = `
.subject{font-size:1.12rem;margin:.1rem 0 .5rem;overflow-wrap:anywhere}.subject bdi{font-weight:620}.subject .soft{font-size:.94rem;margin-left:.35rem}
.tabs{display:flex;flex-wrap:wrap;gap:0 .2rem;border:0;padding:0;margin:.8rem 0}
.tabs>input{position:absolute;opacity:0;width:1px;height:1px;min-height:0}
.tabs>label{padding:.4rem .8rem;border:1px solid transparent;border-bottom:2px solid var(--line);border-radius:5px 5px 0 0;cursor:pointer;font-size:.94rem;color:var(--soft)}
.tabs>label:hover{background:var(--tint)}.tabs>input:checked+label{color:var(--accent);border-bottom-color:var(--accent)}
.tabs>input:focus-visible+label{outline:3px solid var(--accent);outline-offset:2px}
.panel{display:none;order:1;flex:1 1 100%;min-width:0;padding-top:.6rem}
.tab-portal:checked~.panel-portal,.tab-powershell:checked~.panel-powershell,.tab-graph:checked~.panel-graph{display:block}
.portal-path{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 0;margin:.2rem 0;padding:0}.portal-path li{overflow-wrap:anywhere}
.portal-path li:not(:last-child)::after{content:"›";color:var(--strong);padding:0 .55rem}
.decide.first{border-top:0;margin-top:0;padding-top:0;margin-bottom:.9rem}
button.copy-link{margin:0}
.path{list-style:none;margin:0;padding:0}.path>li{position:relative;padding:.1rem 0 1.1rem 2.2rem;overflow-wrap:anywhere}.path p{margin:.15rem 0}
.path>li::before{content:"";position:absolute;left:0;top:.28em;width:1.1rem;height:1.1rem;border-radius:50%;border:2px solid var(--strong);background:var(--card);z-index:1}
.path>li:not(:last-child)::after{content:"";position:absolute;left:.6rem;top:1.2rem;bottom:-.4rem;width:2px;background:var(--line);margin-left:-.05rem}
.path>.passed::before{background:var(--good);border-color:var(--good)}.path>.passed::after{background:var(--good)!important}
.path>.failed::before,.path>.blocked::before{border-color:var(--high);background:var(--card)}
.path>.first{background:var(--bad-tint);border-radius:6px;padding:.7rem 1rem .9rem 2.2rem;margin:0 0 1rem}.path>.first::before{background:var(--high);top:.95rem}
.path>.first::after{top:2rem!important;bottom:-1.4rem!important}
.path>.unknown::before{border-style:dashed}.path>.end{padding-bottom:0}.path>.end::before{border-radius:3px}
.first-label{font-size:.8rem;font-weight:650;color:var(--high)}.path summary{padding:0}.path details ul{padding-left:1.1rem;margin:.5rem 0 0}.path details li{margin:.4rem 0}
@media print{.panel{display:block}}
`;
