/**
 * The styles of charts. The page that shows them defines the colours of the severities, of lines and of text as variables:
 * `--critical`, `--high`, `--medium`, `--low`, `--accent`, `--line`, `--soft`, `--card`, `--ink`.
 */
export const chartStyle = `
.chart>svg{display:block;width:100%;height:auto;overflow:visible}
.chart>svg text{font-size:11px;fill:var(--soft);font-family:inherit}.chart>svg .label{fill:var(--ink)}
.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}
.chart .grid{stroke:var(--line);stroke-width:1;shape-rendering:crispEdges}
.chart .area{stroke:var(--card);stroke-width:1}
.chart>svg .critical{fill:var(--critical)}.chart>svg .high{fill:var(--high)}.chart>svg .medium{fill:var(--medium)}.chart>svg .low{fill:var(--low)}.chart>svg .plain{fill:var(--accent)}
.chart .legend .critical::before{background:var(--critical)}.chart .legend .high::before{background:var(--high)}
.chart .legend .medium::before{background:var(--medium)}.chart .legend .low::before{background:var(--low)}
`;
