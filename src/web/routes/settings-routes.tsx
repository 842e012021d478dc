import { htmlDocument } from '../components/document.js';
import { SettingsPage } from '../pages/settings.js';
import type { RouteContext, Web } from './route-context.js';

/** What is enabled, with the checks that the user starts: they call Graph, storage and the alert channels. */
export function settingsRoutes(app: Web, context: RouteContext): void {
  app.get('/settings', async (c) => {
    const checks = c.req.query('check') === 'now' ? await context.examine() : undefined;
    return c.html(
      htmlDocument(
        <SettingsPage
          context={c.get('pageContext')}
          settings={context.settings}
          ruleCount={context.rules.length}
          approvalsRequired={context.approvalPolicy.required}
          checks={checks}
        />,
      ),
    );
  });
}
