import type { Child } from 'hono/jsx';
import { graphRequestText, type ManualFix } from '../../model/remediation/manual-fix.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';

const tabs = ['portal', 'powershell', 'graph'] as const;
const names = { portal: 'Entra admin center', powershell: 'PowerShell', graph: 'Microsoft Graph' } as const;

/**
 * A manual fix in three forms. Radio buttons select the form, so that it works without scripts and with the arrow keys.
 * @param id distinguishes several of them on a page
 */
export function ManualFixTabs({ fix: { portal, powershell, graph }, id }: { fix: ManualFix; id: string }) {
  const panels: Record<(typeof tabs)[number], Child> = {
    portal: <PortalPath path={portal} />,
    powershell: <Code text={powershell.join('\n')} />,
    graph: <Code text={graph.map(graphRequestText).join('\n')} />,
  };
  return (
    <fieldset class="tabs">
      <legend class="sr">Fix it manually with</legend>
      {tabs.map((tab, i) => (
        <>
          <input type="radio" name={`${id}-tab`} id={`${id}-${tab}`} class={`tab-${tab}`} checked={i === 0} />
          <label for={`${id}-${tab}`}>{names[tab]}</label>
        </>
      ))}
      {tabs.map((tab) => (
        <div class={`panel panel-${tab}`}>{panels[tab]}</div>
      ))}
    </fieldset>
  );
}

/** Menus and buttons in their order. */
function PortalPath({ path }: { path: string }) {
  return (
    <ol class="portal-path">
      {path.split(' > ').map((part) => (
        <li>{safeText(part)}</li>
      ))}
    </ol>
  );
}

function Code({ text }: { text: string }) {
  return (
    <div data-copy>
      <pre tabindex={0}>
        <code>{safeLines(text)}</code>
      </pre>
    </div>
  );
}
