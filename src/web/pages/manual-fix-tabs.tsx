import { graphRequestText, type ManualFix } from '../../model/remediation/manual-fix.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';

/** A manual fix in three forms: portal path, PowerShell, Graph request. */
export function ManualFixView({ fix: { portal, powershell, graph } }: { fix: ManualFix }) {
  return (
    <details>
      <summary>Fix it manually</summary>
      <h3>Entra admin center</h3>
      <p>{safeText(portal)}</p>
      <h3>PowerShell</h3>
      <pre>
        <code>{safeLines(powershell.join('\n'))}</code>
      </pre>
      <h3>Graph request</h3>
      <pre>
        <code>{safeLines(graph.map(graphRequestText).join('\n'))}</code>
      </pre>
    </details>
  );
}
