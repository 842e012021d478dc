import type { ShownSetting } from '../../config.js';
import type { Check } from '../../jobs/doctor/check.js';
import { quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Fact, Message, Notice, Person, ScrollArea, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import { Markdown } from '../components/markdown.js';
import type { PageContext } from '../components/page-context.js';

interface SettingsProps {
  readonly context: PageContext;
  readonly settings: readonly ShownSetting[];
  readonly ruleCount: number;
  readonly approvalsRequired: number;
  /** Undefined until the user starts the checks. */
  readonly checks: readonly Check[] | undefined;
}

/** What is enabled, the checks of `doctor`, and the program. */
export function SettingsPage(props: SettingsProps) {
  const { context, settings, checks } = props;
  const set = settings.filter(({ isSet }) => isSet);
  return (
    <Page context={context} title="Settings" menuPath="/settings">
      <h1>Settings</h1>
      <Enabled {...props} />
      <Checks context={context} checks={checks} />
      <section aria-labelledby="values">
        <h2 id="values">Settings of this app</h2>
        <p class="soft">
          Values of secrets are never shown. In Azure, the scanner and the remediator have settings of their own.
        </p>
        {set.length > 0 ? (
          <SettingsTable settings={set} label="Settings that are set" />
        ) : (
          <p>Every setting has its default value.</p>
        )}
        <details>
          <summary>Settings with their default value</summary>
          <SettingsTable settings={settings.filter(({ isSet }) => !isSet)} label="Settings with their default value" />
        </details>
      </section>
      <About context={context} />
    </Page>
  );
}

/** The host that the program reads, which is not the one of the cloud where a simulator is set. */
function graphHost(settings: readonly ShownSetting[], { cloud }: PageContext): string {
  const { value = cloud.graph } = settings.find(({ name }) => name === 'GRAPH_ENDPOINT') ?? {};
  return URL.canParse(value) ? new URL(value).host : value;
}

function Enabled({ context, settings, ruleCount, approvalsRequired }: SettingsProps) {
  const { tenantId, tenantName, readOnly, canWrite, paused } = context;
  return (
    <section class="card" aria-labelledby="enabled">
      <h2 id="enabled">What is enabled</h2>
      <dl class="facts wide">
        <Fact name="Tenant">
          {tenantName && tenantName !== tenantId && (
            <>
              <bdi>{safeText(tenantName)}</bdi>
              <br />
            </>
          )}
          <code>{tenantId}</code>
        </Fact>
        <Fact name="Microsoft Graph">{graphHost(settings, context)}</Fact>
        <Fact name="Rules">
          <Link href="/rules">{quantity(ruleCount, 'rule')}</Link>
        </Fact>
        <Fact name="Remediation">
          {readOnly
            ? 'Off: this tenant is read-only'
            : paused
              ? 'Paused'
              : canWrite
                ? 'On: approved plans run'
                : 'Off: approvals are saved but not executed'}
        </Fact>
        {paused && (
          <Fact name="Paused by">
            <Person author={paused.author.name} />
            {paused.at && (
              <>
                , <Timestamp at={paused.at} />
              </>
            )}
          </Fact>
        )}
        <Fact name="Approvals for each plan">{approvalsRequired}</Fact>
      </dl>
    </section>
  );
}

const outcomes = { ok: 'OK', warning: 'Warning', fails: 'Failed', unknown: 'Not checked' } as const;
const tones = { ok: 'complete', warning: 'incomplete', fails: 'failed', unknown: '' } as const;

function Checks({ context, checks }: Pick<SettingsProps, 'context' | 'checks'>) {
  const failed = checks?.filter(({ outcome }) => outcome === 'fails').length ?? 0;
  return (
    <section class="card" aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <p>
        The same checks as <code>consentinel doctor</code>, with the identity of this page. In Azure that identity reads
        and writes data only, so checks of the directory fail here; the scanner has its own identity.
      </p>
      <form method="get" action={`${context.rootPath}/settings`}>
        <input type="hidden" name="check" value="now" />
        <button type="submit" class="quiet">
          {checks ? 'Check again' : 'Run the checks'}
        </button>
      </form>
      {checks && (
        <>
          <div role="status">
            <Notice
              kind={failed > 0 ? 'bad' : 'good'}
              heading={failed > 0 ? `${quantity(failed, 'check')} failed` : 'No check failed'}
            />
          </div>
          <ScrollArea label="Results of the checks">
            <table>
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Result</th>
                  <th scope="col">Detail</th>
                </tr>
              </thead>
              <tbody>
                {checks.map(({ check, outcome, detail, fix }) => (
                  <tr>
                    <th scope="row">{check}</th>
                    <td>
                      <span class={`tag ${tones[outcome]}`}>{outcomes[outcome]}</span>
                    </td>
                    <td>
                      <Message text={detail} />
                      {fix && outcome !== 'ok' && (
                        <p>
                          Fix: <Message text={fix} />
                        </p>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollArea>
        </>
      )}
    </section>
  );
}

/** Longer values, such as lists of ids, are cut. */
const longestValue = 200;

function SettingsTable({ settings, label }: { settings: readonly ShownSetting[]; label: string }) {
  return (
    <ScrollArea label={label}>
      <table class="settings">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {settings.map((setting) => (
            <tr>
              <th scope="row">
                <code>{setting.name}</code>
              </th>
              <td>
                <SettingValue setting={setting} />
              </td>
              <td>
                <Markdown text={setting.meaning} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function SettingValue({ setting: { value, isSet, secret, defaultText } }: { setting: ShownSetting }) {
  if (secret) return <>{isSet ? 'Set (secret)' : 'Not set'}</>;
  if (value === undefined) return <Markdown text={defaultText} />;
  const text = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
  return <code>{safeText(text)}</code>;
}

function About({ context: { version } }: Pick<SettingsProps, 'context'>) {
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">About</h2>
      <dl class="facts wide">
        <Fact name="Program">Consentinel {version}</Fact>
        <Fact name="License">MIT</Fact>
        <Fact name="Documentation">
          In the folder <code>docs/</code> of the package: <code>review-page.md</code>, <code>approve.md</code>,{' '}
          <code>operate.md</code>
        </Fact>
        <Fact name="Error AADSTS50000">
          <a
            href="https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/error-code-aadsts50000-issuing-token-sign-in-service"
            rel="noreferrer external"
          >
            Microsoft Learn
          </a>
        </Fact>
      </dl>
    </section>
  );
}
