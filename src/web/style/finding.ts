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
@media print{.panel{display:block}}
`;
