/** The styles of the table of findings, its filter and its selection. */
export const tableStyle = `
.filter .more{flex:1 1 100%}.filter .fields{display:flex;flex-wrap:wrap;gap:.7rem;padding:.4rem 0 .2rem}
.chips{display:flex;flex-wrap:wrap;gap:.4rem .5rem;align-items:center;list-style:none;margin:0 0 .9rem;padding:0;font-size:.875rem}
.chip{display:inline-flex;align-items:center;gap:.35rem;max-width:100%;background:var(--tint);color:var(--ink);border:1px solid var(--line);border-radius:1rem;padding:.12rem .4rem .12rem .75rem;text-decoration:none;overflow-wrap:anywhere}
.chip:hover{border-color:var(--accent)}.cross{color:var(--soft);font-size:1.1em;line-height:1;padding:0 .2rem}
.count p{margin:0}
.findings td,.findings th{vertical-align:baseline}.findings thead th{padding-top:.5rem;padding-bottom:.5rem}
.findings tbody tr:hover{background:var(--tint)}.findings tbody tr:target{background:var(--care-tint)}
.findings .object{min-width:13rem;overflow-wrap:anywhere}.findings .object a{font-weight:600;text-decoration:none}.findings .object a:hover{text-decoration:underline}
.findings .object .soft,.findings .assignee{display:block;font-size:.84rem;font-weight:400}
.findings .problem{min-width:12rem}.findings .seen{white-space:nowrap;font-variant-numeric:tabular-nums}
.findings .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.findings .state{white-space:nowrap}.findings .assignee{white-space:normal}.findings .severity-cell{width:6.4rem}
.select{width:2.6rem;padding-right:0}.select label{display:block;padding:.2rem;margin:-.2rem}.select input{width:1.15rem;height:1.15rem;min-height:0;margin:0;accent-color:var(--accent);vertical-align:-.2em}
.sort{color:inherit;text-decoration:none;display:inline-flex;gap:.3rem;align-items:baseline}.sort:hover{color:var(--accent);text-decoration:underline}
.arrow{color:var(--strong)}[aria-sort] .sort{color:var(--ink)}[aria-sort] .arrow{color:var(--accent)}
.selection{border:0;padding:0;display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.4rem 1.2rem;margin:0 0 .6rem}.selection .check{font-size:.94rem}
.actions{display:flex;flex-wrap:wrap;gap:.5rem}
.narrow{display:none}
.crumbs{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.3rem 1.5rem;margin:0 0 1rem;font-size:.94rem}
.findings .users{display:block;font-size:.84rem}
.events .summary{width:44%;min-width:16rem;overflow-wrap:anywhere}.events td{min-width:5.5rem}.filter.dense .field{flex-basis:8.4rem}.filter.dense .grow{flex:1 1 12rem}.filter .field.date{flex:0 0 10.8rem}.date input{height:2.5rem}
.settings .prose p{margin:0}.settings th code{white-space:nowrap}.scans td,.scans th{white-space:nowrap}.scans .number{text-align:right;font-variant-numeric:tabular-nums}
.plain-heading{margin:0;min-width:0;overflow-wrap:anywhere}
@media (max-width:56rem){
.findings,.findings tbody,.findings tr,.findings td,.findings tbody th{display:block}.findings thead{display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:.4rem .9rem;border-bottom:1px solid var(--line)}
.findings thead tr{display:contents}.findings thead th{border:0;padding:.15rem 0}.findings thead .select{display:none}
.findings tbody tr{position:relative;display:flex;flex-wrap:wrap;align-items:baseline;gap:.15rem .8rem;padding:.7rem .9rem;border-bottom:1px solid var(--line)}
.findings tbody tr:last-child{border-bottom:0}.findings tbody td,.findings tbody th{border:0;padding:0;min-width:0;width:auto}.findings.fixed thead{display:none}.findings tbody .severity-cell{width:auto}.findings td:empty{display:none}
.findings .object,.findings .problem{order:-1;flex:1 1 100%}.findings .number{text-align:left;color:var(--soft)}
.findings .select{position:absolute;left:.9rem;top:.75rem}.findings .select~.object{padding-left:2rem}.narrow,.findings .users{display:inline}.findings.events thead{display:none}.findings.events .summary{flex:1 1 100%;width:auto;min-width:0}}
`;
