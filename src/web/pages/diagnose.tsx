import type { Diagnosis } from '../../model/diagnosis/diagnosis.js';
import { safeText } from '../../model/text/safe-text.js';
import { csrfTokenField } from '../auth/csrf.js';
import { DisplayName, Message, Notice, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { ManualFixTabs } from './manual-fix-tabs.js';
import { OtherProblems, TokenPath } from './token-path.js';

/** An app that can be selected. */
export interface KnownApp {
  readonly appId: string;
  readonly displayName: string;
}

/** The result of a diagnosis, and where it comes from. */
export interface PageDiagnosis {
  readonly diagnosis: Diagnosis;
  /** Undefined where the directory was read; else the start of the scan whose findings were used, if there is one. */
  readonly storedOnly?: { readonly scannedAt: string | undefined };
}

interface DiagnoseProps {
  readonly context: PageContext;
  readonly app: KnownApp;
  readonly code: string;
  readonly result: PageDiagnosis | undefined;
  /** Why the form was not used. */
  readonly problem?: string;
}

/** More than a token request or an answer has. */
export const maxPastedCharacters = 20_000;

/** Why a sign-in to one app fails. Nothing that the user pastes is stored or shown again. */
export function DiagnosePage({ context, app, code, result, problem }: DiagnoseProps) {
  const shared = result && (code || result.diagnosis.failure?.code);
  return (
    <Page context={context} title={`Diagnose ${safeText(app.displayName || app.appId)}`} menuPath="/diagnose">
      <nav class="crumbs" aria-label="App">
        <Link href="/diagnose">Select another app</Link>
        {shared && (
          <Link href={`/diagnose?${new URLSearchParams({ app: app.appId, code: shared })}`}>
            Link to share (app and code only)
          </Link>
        )}
      </nav>
      <h1>
        Diagnose <DisplayName text={app.displayName || app.appId} />
      </h1>
      {problem && (
        <div role="alert">
          <Notice kind="bad" heading={problem} />
        </div>
      )}
      {result && <Result result={result} />}
      <DiagnoseForm context={context} app={app} code={code} isRepeated={result !== undefined} />
    </Page>
  );
}

function DiagnoseForm({
  context,
  app,
  code,
  isRepeated,
}: Pick<DiagnoseProps, 'context' | 'app' | 'code'> & { isRepeated: boolean }) {
  return (
    <section class="card" aria-labelledby="input">
      <h2 id="input">{isRepeated ? 'Diagnose another failure' : 'Describe the failure'}</h2>
      <form class="decision" method="post" action={`${context.rootPath}/diagnose?app=${app.appId}`}>
        <input type="hidden" name={csrfTokenField} value={context.csrfToken} />
        <div class="field">
          <label for="code">Error code (optional), for example AADSTS50000</label>
          <input id="code" name="code" type="text" value={code} maxlength={40} autocomplete="off" spellcheck={false} />
        </div>
        <div class="field">
          <label for="user">User principal name (optional)</label>
          <input id="user" name="user" type="text" maxlength={200} autocomplete="off" spellcheck={false} />
        </div>
        <div class="field wide">
          <label for="pasted">Error message, token request or answer (optional)</label>
          <textarea
            id="pasted"
            name="pasted"
            rows={7}
            maxlength={maxPastedCharacters}
            autocomplete="off"
            spellcheck={false}
            aria-describedby="pasted-hint"
          />
          <p class="soft" id="pasted-hint">
            Accepted: the text of an error page, an MSAL log, a form body, a URL, a curl command, JSON, or source code.
            The text is checked once. Consentinel does not store, log or show it. Remove secrets anyway.
          </p>
        </div>
        <button type="submit">Diagnose</button>
      </form>
    </section>
  );
}

function Result({ result: { diagnosis, storedOnly } }: { result: PageDiagnosis }) {
  const { verdict, steps, checked, failure } = diagnosis;
  const { cause, code, summary, fix, manualFix, alsoFound = [] } = verdict;
  return (
    <>
      <div role="status">
        <Notice
          kind={cause === 'none' ? 'care' : 'bad'}
          heading={cause === 'none' ? 'No cause found' : `Cause: ${causeNames[cause]}${code ? ` (${code})` : ''}`}
        >
          <p>
            <Message text={summary} />
          </p>
          <p>
            <strong>Fix:</strong> <Message text={fix} />
          </p>
          {failure?.correlationId && (
            <p class="soft">
              Correlation ID <code>{failure.correlationId}</code>
              {failure.at && (
                <>
                  , <Timestamp at={failure.at} />
                </>
              )}
            </p>
          )}
        </Notice>
      </div>
      {storedOnly && <StoredOnly scannedAt={storedOnly.scannedAt} />}
      {manualFix && (
        <section class="card" aria-labelledby="manual">
          <h2 id="manual">Fix it manually</h2>
          <ManualFixTabs fix={manualFix} id="verdict" />
        </section>
      )}
      {checked && steps.length > 0 && (
        <section class="card" aria-labelledby="evidence">
          <h2 id="evidence">Evidence</h2>
          <TokenPath steps={steps} shownFix={manualFix} />
        </section>
      )}
      {alsoFound.length > 0 && <OtherProblems steps={steps} />}
    </>
  );
}

const causeNames = {
  password: 'the user or the password',
  request: 'the token request',
  consent: 'consent or the service principal',
  'symmetric-key': 'a symmetric signing key',
  'application-only-resource': 'an API without delegated permissions',
} as const;

function StoredOnly({ scannedAt }: { scannedAt: string | undefined }) {
  return (
    <Notice kind="care" heading="The directory was not read">
      <p>
        The identity of this page has no permission to read the directory. This diagnosis uses the request, the meaning
        of the code and {scannedAt ? 'the findings of the scan of ' : 'no findings, because no scan has finished'}
        {scannedAt && <Timestamp at={scannedAt} />}.
      </p>
      <p>
        Not checked: the present state of the app, the user and the password, grants and assignments since the scan, and
        the secrets and redirect URIs of the app. To check them, run <code>consentinel diagnose</code> as an
        administrator.
      </p>
    </Notice>
  );
}

interface SelectProps {
  readonly context: PageContext;
  readonly query: string;
  readonly code: string;
  readonly matches: readonly KnownApp[];
}

/** The selection of the app, by name or by id. */
export function SelectAppPage({ context, query, code, matches }: SelectProps) {
  return (
    <Page context={context} title="Diagnose a failing sign-in" menuPath="/diagnose">
      <h1>Diagnose a failing sign-in</h1>
      <p>Select the app that the user signs in to. Then enter the error code or paste the error.</p>
      <search>
        <form class="filter" method="get" action={`${context.rootPath}/diagnose`}>
          <div class="field grow">
            <label for="q">Name of the app, or application (client) ID</label>
            <input id="q" name="q" type="search" value={safeText(query)} maxlength={200} autocomplete="off" required />
          </div>
          {code && <input type="hidden" name="code" value={code} />}
          <button type="submit">Find the app</button>
        </form>
      </search>
      {query && matches.length === 0 && (
        <p role="status">
          No app with a finding has this name. For another app, enter its application (client) ID: Entra admin center
          &gt; Enterprise apps &gt; the app &gt; Overview.
        </p>
      )}
      {matches.length > 0 && (
        <ul class="rows plain-rows">
          {matches.map(({ appId, displayName }) => (
            <li>
              <span class="what">
                <Link href={`/diagnose?${new URLSearchParams({ app: appId, ...(code && { code }) })}`}>
                  <DisplayName text={displayName} />
                </Link>
                <span class="soft">
                  <code>{safeText(appId)}</code>
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
