import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfig, settings } from '../config.js';
import { demoTenant } from '../local/demo-tenant.js';
import { startTeamsSink, type TeamsSink } from '../local/teams-sink.js';
import type { Finding } from '../model/finding/finding.js';
import { createDiagnosis, environment, type Runtime } from '../runtime.js';
import { type Simulator, startSimulator } from '../simulator/http/server.js';
import { showCard } from './card.js';
import { approve } from './commands/decide.js';
import { diagnose } from './commands/diagnose.js';
import { findings } from './commands/findings.js';
import { history } from './commands/history.js';
import { remediate } from './commands/remediate.js';
import { report } from './commands/report.js';
import { scan } from './commands/scan.js';
import { verifyAudit } from './commands/verify-audit.js';
import { embeddedFolder, openRuntime } from './open-runtime.js';
import { paint, type Screen, writeLine } from './screen.js';

const screen: Screen = {
  out: process.stdout,
  log: process.stderr,
  colour: process.stdout.isTTY === true && !environment.NO_COLOR,
};
const say = (text = '') => writeLine(screen.out, text);
const heading = (text: string) => say(`\n${paint(screen, 'bold', text)}`);

/** Big enough for a progress bar, small enough for a coffee break that is none. */
const objects = 20_000;

/** What the night leaves behind to look at. */
const folder = path.join(embeddedFolder, 'night');
const never = new AbortController().signal;

/** The whole night on a laptop, with a simulated tenant. */
async function night(): Promise<number> {
  heading('Consentinel: one night on this machine');
  say('Nothing leaves it: Microsoft Graph is simulated, storage is an embedded Azurite in .consentinel/.');
  const simulator = await startSimulator({ tenant: demoTenant({ objects }), latency: 40 });
  simulator.roles.grant('Mail.Send');
  const teams = await startTeamsSink();
  pointAt({
    ...simulator.settings,
    TEAMS_WEBHOOK_URL: teams.url,
    ALERT_MAIL_FROM: 'consentinel@woodgrove.example',
    ALERT_MAIL_TO: 'identity-team@woodgrove.example',
  });
  const runtime = await openRuntime(readConfig(environment), environment);
  try {
    heading(`02:00, the scan of ${objects.toLocaleString('en')} directory objects`);
    const exitCode = await scan(runtime, screen, { alert: true }, never);
    heading('What it found');
    await findings(runtime, screen, { format: 'table' });
    await told(teams, simulator);
    await morning(runtime);
    await diagnosis(runtime);
    await reported(runtime);
    nextSteps();
    return exitCode;
  } finally {
    await runtime.close();
    teams.close();
    await simulator.close();
  }
}

/** Who was told, and how it looked. A night in which nothing changed is silent. */
async function told(teams: TeamsSink, simulator: Simulator): Promise<void> {
  heading('02:01, what changed, to the people who must act');
  const card = teams.messages.at(-1);
  const mail = simulator.mails.at(-1);
  if (!card || !mail?.mime) return say('Nothing changed since the last night, so nobody was told.');
  say('In Teams:');
  showCard(screen, card);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'mail.eml'), mail.mime);
  say(`And by mail: ${path.join(folder, 'mail.eml')}`);
}

/** The tenant as a file, for whoever has no access to the page. */
async function reported(runtime: Runtime): Promise<void> {
  heading('17:00, a report for the auditors');
  await mkdir(folder, { recursive: true });
  await report(runtime, screen, { format: 'html', out: path.join(folder, 'report.html') }, never);
  say(path.join(folder, 'report.html'));
}

function nextSteps(): void {
  heading('To try next');
  say('  node dist/cli.js serve                         the review page, on this machine');
  say('  node dist/cli.js findings --format json        every finding, for a script');
  say('  node dist/cli.js history ID                    what happened to one of them');
  say('  node dist/cli.js suppress ID --reason … --until …   let one stand until a date');
  say('  node dist/cli.js diagnose --app APPID --code AADSTS50000   why a sign-in fails');
  say('  node dist/cli.js rules                         what is looked for, and with which permission');
  say('  node dist/cli.js simulate --objects 100000     a bigger tenant to scan');
  say('  node dist/cli.js scan                          your own tenant, read-only, with your `az login`');
}

/** A person decides on one finding; its plan is carried out, verified, and can be read afterwards. */
async function morning(runtime: Runtime): Promise<void> {
  const finding = await aDecision(runtime);
  if (!finding) return;
  heading('09:00, a person approves one plan: this is exactly what will be sent');
  await approve(runtime, screen, finding.id, { comment: 'The owner no longer needs it.', acknowledgeWarnings: true });
  heading('It is read afresh, compared, sent once and verified');
  await remediate(runtime, screen, {}, never);
  heading('What happened to it, for whoever asks later');
  await history(runtime, screen, finding.id, {});
  await verifyAudit(runtime, screen);
}

/** A sign-in failed with the opaque code: which of its causes was it? */
async function diagnosis(runtime: Runtime): Promise<void> {
  for await (const { value } of runtime.records().findings.findings(await runtime.tenantId(), {
    ruleId: 'no-symmetric-signing-key',
  })) {
    if (value.displayName !== 'Expense Portal') continue;
    heading('10:30, a user cannot sign in to Expense Portal: AADSTS50000');
    const context = createDiagnosis(readConfig(environment), environment);
    const asked = { app: value.appId, code: 'AADSTS50000' };
    await diagnose(context, screen, asked, process.stdin, never);
  }
}

/** The key on an application that nothing else depends on makes the clearest example. */
async function aDecision(runtime: Runtime): Promise<Finding | undefined> {
  for await (const { value } of runtime.records().findings.findings(await runtime.tenantId(), {
    ruleId: 'no-symmetric-signing-key',
  })) {
    if (value.status === 'open' && value.remediation && value.displayName === 'Payroll Sync') return value;
  }
  return undefined;
}

/**
 * The demo neither asks a real tenant, nor alerts or tells anybody, nor writes into storage that somebody has configured. `@azure/identity` reads the
 * process's own environment, so that is where the settings must be.
 */
function pointAt(given: Readonly<Record<string, string>>): void {
  const ofAlerts = settings.flatMap(({ name, place: [group] }) => (group === 'alerts' ? [name] : []));
  for (const name of Object.keys(environment)) {
    const others = /^(AzureWebJobsStorage|TENANT_ID$|GRAPH_|IDENTITY_|PUBLIC_URL$|APPLICATIONINSIGHTS_)/;
    if (others.test(name) || ofAlerts.includes(name)) delete environment[name];
  }
  Object.assign(environment, given);
}

process.exitCode = await night();
