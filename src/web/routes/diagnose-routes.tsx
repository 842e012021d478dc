import type { Context } from 'hono';
import { diagnose } from '../../jobs/diagnosis/diagnose.js';
import type { FailingSignIn } from '../../jobs/diagnosis/diagnose-context.js';
import { diagnoseStored } from '../../jobs/diagnosis/diagnose-stored.js';
import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { TokenRequest } from '../../model/diagnosis/token-request.js';
import { aadstsCodeIn } from '../../model/entra/aadsts.js';
import { isGuid } from '../../model/entra/guid.js';
import { codeOf } from '../../model/errors.js';
import { htmlDocument } from '../components/document.js';
import {
  DiagnosePage,
  type KnownApp,
  maxPastedCharacters,
  type PageDiagnosis,
  SelectAppPage,
} from '../pages/diagnose.js';
import { postedForm } from './posted-form.js';
import type { RouteContext, Web, WebEnv } from './route-context.js';

const maxMatches = 20;

/** The diagnosis of a failing sign-in. The pasted text is in the body of a POST request only, and is not kept. */
export function diagnoseRoutes(app: Web, context: RouteContext): void {
  app.get('/diagnose', async (c) => {
    const pageContext = c.get('pageContext');
    const query = (c.req.query('q') ?? '').trim().slice(0, 200);
    const code = aadstsCodeIn((c.req.query('code') ?? '').slice(0, 40)) ?? '';
    const appId = appIdIn(c.req.query('app') ?? query);
    if (!appId) {
      const matches = query ? await appsNamed(context, pageContext.tenantId, query) : [];
      return c.html(htmlDocument(<SelectAppPage context={pageContext} query={query} code={code} matches={matches} />));
    }
    const result = code ? await diagnosisFor(context, c, { appId, code }) : undefined;
    return c.html(
      htmlDocument(
        <DiagnosePage context={pageContext} app={await appOf(context, c, appId)} code={code} result={result} />,
      ),
    );
  });

  app.post('/diagnose', async (c) => {
    const appId = appIdIn(c.req.query('app') ?? '');
    if (!appId) return c.notFound();
    const options = { limit: 3 * maxPastedCharacters, changesState: false };
    const posted = await postedForm(c, context, `/diagnose?app=${appId}`, options);
    if ('rejected' in posted) return posted.rejected;
    const field = (name: string) => posted.form.get(name)?.trim() ?? '';
    const given = field('code').slice(0, 40);
    const code = aadstsCodeIn(given);
    const user = field('user').slice(0, 200);
    const pasted = field('pasted').slice(0, maxPastedCharacters);
    const app = await appOf(context, c, appId);
    if (given && !code) {
      const problem = 'The error code is not valid. Enter AADSTS and digits, for example AADSTS50000.';
      const page = (
        <DiagnosePage context={c.get('pageContext')} app={app} code="" result={undefined} problem={problem} />
      );
      return c.html(htmlDocument(page), 422);
    }
    const result = await diagnosisFor(context, c, {
      appId,
      ...(code && { code }),
      ...(user && { user }),
      ...(pasted && { request: new TokenRequest(pasted) }),
    });
    return c.html(
      htmlDocument(<DiagnosePage context={c.get('pageContext')} app={app} code={code ?? ''} result={result} />),
    );
  });
}

function appIdIn(text: string): string | undefined {
  const id = text.trim().toLowerCase();
  return isGuid(id) ? id : undefined;
}

/** Reads the directory, or uses what is stored if the identity of this process cannot read it. */
async function diagnosisFor(context: RouteContext, c: Context<WebEnv>, failing: FailingSignIn): Promise<PageDiagnosis> {
  const read = await diagnose(context.diagnosis, failing, c.req.raw.signal).catch((error: unknown) => {
    if (codeOf(error) !== 'config-invalid') throw error;
    return undefined;
  });
  if (read?.appRead) return { diagnosis: read.diagnosis };
  const { tenantId, now, cloud } = c.get('pageContext');
  const { findings, findingCache, scans, rules } = context;
  const [{ summaries }, scan] = await Promise.all([findingCache.read(tenantId), latestFinished(scans, tenantId)]);
  const keys = summaries.filter(({ appId, on }) => appId.toLowerCase() === failing.appId || on === 'tenant');
  const known = await findings.knownFindings(tenantId, keys);
  const stored = [...known.values()].map(({ value }) => value);
  const diagnosis = diagnoseStored(failing, { tenantId, findings: stored, rules, cloud, now });
  return { diagnosis, storedOnly: { scannedAt: scan?.startedAt } };
}

/** The app with an id: its name is known if it has a finding. */
async function appOf({ findingCache }: RouteContext, c: Context<WebEnv>, appId: string): Promise<KnownApp> {
  const { summaries } = await findingCache.read(c.get('pageContext').tenantId);
  const displayName = summaries.find((one) => one.appId.toLowerCase() === appId)?.displayName ?? '';
  return { appId, displayName };
}

/** The apps with findings whose names contain a text, those with exactly this name first. */
async function appsNamed({ findingCache }: RouteContext, tenantId: string, text: string): Promise<KnownApp[]> {
  const wanted = text.toLowerCase();
  const apps = new Map<string, KnownApp>();
  for (const { appId, displayName } of (await findingCache.read(tenantId)).summaries)
    if (appId && displayName.toLowerCase().includes(wanted)) apps.set(appId, { appId, displayName });
  const rank = ({ displayName }: KnownApp) => (displayName.toLowerCase() === wanted ? 0 : 1);
  return [...apps.values()]
    .sort((a, b) => rank(a) - rank(b) || (a.displayName < b.displayName ? -1 : 1))
    .slice(0, maxMatches);
}
