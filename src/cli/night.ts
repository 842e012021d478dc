import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfig, settings } from '../config.js';
import { newestScans } from '../jobs/scan/newest-scans.js';
import { demoHistory, formerApps, historyNights } from '../local/demo-history.js';
import { demoTenant } from '../local/demo-tenant.js';
import { startTeamsSink, type TeamsSink } from '../local/teams-sink.js';
import type { Finding } from '../model/finding/finding.js';
import { formatNumber } from '../model/text/format.js';
import { createDiagnosis, environment, type Runtime } from '../runtime.js';
import { type Simulator, startSimulator } from '../simulator/http/server.js';
import { approve } from './commands/approve.js';
import { diagnose } from './commands/diagnose.js';
import { findings } from './commands/findings.js';
import { history } from './commands/history.js';
import { remediate } from './commands/remediate.js';
import { report } from './commands/report.js';
import { scan } from './commands/scan.js';
import { verifyAudit } from './commands/verify-audit.js';
import { embeddedFolder, openRuntime } from './open-runtime.js';
import { paint, processScreen, writeLine } from './screen.js';
import { showCard } from './show-card.js';

const screen = processScreen(environment);
const print = (text = '') => writeLine(screen.out, text);
const printHeading = (text: string) => print(`\n${paint(screen, 'bold', text)}`);

/** Enough for a progress bar, and scanned within seconds. */
const objects = 20_000;

/** The files that the demo writes. */
const folder = path.join(embeddedFolder, 'night');
const notAborted = new AbortController().signal;

/** A whole night on a laptop, with a simulated tenant. */
async function runNight(): Promise<number> {
  printHeading('Consentinel: one night on this machine');
  print('No data leaves this machine: Microsoft Graph is simulated, and the storage is a file in .consentinel/.');
  const address = await scanPastNights();
  const simulator = await startSimulator({ tenant: demoTenant({ objects }), latency: 40, ...address });
  simulator.roles.grant('Mail.Send');
  const teams = await startTeamsSink();
  replaceSettings({
    ...simulator.settings,
    TEAMS_WEBHOOK_URL: teams.url,
    ALERT_MAIL_FROM: 'consentinel@woodgrove.example',
    ALERT_MAIL_TO: 'identity-team@woodgrove.example',
  });
  const runtime = await openRuntime(readConfig(environment), environment);
  try {
    printHeading(`02:00 Scan of ${formatNumber(objects)} directory objects`);
    const exitCode = await scan(runtime, screen, { alert: true }, notAborted);
    printHeading('Findings');
    await findings(runtime, screen, { format: 'table' });
    await showAlerts(teams, simulator);
    await approveOnePlan(runtime);
    await diagnoseSignIn(runtime);
    await writeReport(runtime);
    showNextSteps();
    return exitCode;
  } finally {
    await runtime.close();
    teams.close();
    await simulator.close();
  }
}

/**
 * Scans for some nights before this one, unless the storage has a scan of an earlier run.
 * @returns the address of the simulator, which the next one must have: `@azure/identity` reads it once per process
 */
async function scanPastNights(): Promise<{ port: number; identityHeader: string }> {
  const simulator = await startSimulator({ tenant: demoTenant({ more: formerApps() }) });
  const { IDENTITY_HEADER: identityHeader } = simulator.settings;
  replaceSettings(simulator.settings);
  const runtime = await openRuntime(readConfig(environment), environment);
  try {
    const { scans, clock } = runtime.records();
    const { latest } = await newestScans(scans, await runtime.tenantId());
    if (!latest) {
      print(
        `${historyNights} earlier nights are scanned first, so that the review page has charts. They send no alert, so the first alert has the findings of all nights.`,
      );
      await demoHistory(runtime.scanContext(), simulator, clock.now());
    }
  } finally {
    await runtime.close();
    await simulator.close();
  }
  return { port: Number(new URL(simulator.origin).port), identityHeader };
}

/** The alerts of the night. A scan without changes sends none. */
async function showAlerts(teams: TeamsSink, simulator: Simulator): Promise<void> {
  printHeading('02:01 Alerts sent to Teams and email');
  const card = teams.messages.at(-1);
  const mail = simulator.mails.at(-1);
  if (!card || !mail?.mime) return print('No changes since the last night. No alert was sent.');
  print('In Teams:');
  showCard(screen, card);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'mail.eml'), mail.mime);
  print(`Email: ${path.join(folder, 'mail.eml')}`);
}

/** The report for readers without access to the page. */
async function writeReport(runtime: Runtime): Promise<void> {
  printHeading('17:00 A report for the auditors');
  await mkdir(folder, { recursive: true });
  await report(runtime, screen, { format: 'html', out: path.join(folder, 'report.html') }, notAborted);
  print(path.join(folder, 'report.html'));
}

function showNextSteps(): void {
  printHeading('Next steps');
  print('  node dist/cli.js serve                         the review page, on this machine');
  print('  node dist/cli.js findings --format json        every finding, for a script');
  print('  node dist/cli.js history ID                    the events of a finding');
  print('  node dist/cli.js suppress ID --reason … --until …   suppress a finding until a date');
  print('  node dist/cli.js diagnose --app APPID --code AADSTS50000   why a sign-in fails');
  print('  node dist/cli.js rules                         the rules and their permissions');
  print('  node dist/cli.js simulate --objects 100000     a bigger tenant to scan');
  print('  node dist/cli.js scan                          your own tenant, read-only, with your `az login`');
}

/** Approves one plan, executes and verifies it, and shows its history. */
async function approveOnePlan(runtime: Runtime): Promise<void> {
  const finding = await findingToApprove(runtime);
  if (!finding) return;
  printHeading('09:00 An approver approves one plan. Consentinel sends exactly these requests');
  await approve(runtime, screen, finding.id, { comment: 'The owner no longer needs it.', acknowledgeWarnings: true });
  printHeading('Consentinel reads the object again, compares, sends once and verifies');
  await remediate(runtime, screen, {}, notAborted);
  printHeading('The events of the finding');
  await history(runtime, screen, finding.id, {});
  await verifyAudit(runtime, screen);
}

/** Diagnoses a sign-in that fails with AADSTS50000. */
async function diagnoseSignIn(runtime: Runtime): Promise<void> {
  for await (const { value } of runtime.records().findings.findings(await runtime.tenantId(), {
    ruleId: 'no-symmetric-signing-key',
  })) {
    if (value.displayName !== 'Expense Portal') continue;
    printHeading('10:30 A user cannot sign in to Expense Portal: AADSTS50000');
    const context = createDiagnosis(readConfig(environment), environment);
    const options = { app: value.appId, code: 'AADSTS50000' };
    await diagnose(context, screen, options, process.stdin, notAborted);
  }
}

/** A finding on an application that no other part of the demo tenant uses. */
async function findingToApprove(runtime: Runtime): Promise<Finding | undefined> {
  for await (const { value } of runtime.records().findings.findings(await runtime.tenantId(), {
    ruleId: 'no-symmetric-signing-key',
  })) {
    if (value.status === 'open' && value.remediation && value.displayName === 'Payroll Sync') return value;
  }
  return undefined;
}

/**
 * Replaces the settings of the environment, so that the demo uses no real tenant, alert channel or storage. It changes
 * the environment of the process, because `@azure/identity` reads that.
 */
function replaceSettings(replacement: Readonly<Record<string, string>>): void {
  const alertSettings = settings.flatMap(({ name, place: [group] }) => (group === 'alerts' ? [name] : []));
  for (const name of Object.keys(environment)) {
    const otherSettings = /^(AzureWebJobsStorage|TENANT_ID$|GRAPH_|IDENTITY_|PUBLIC_URL$|APPLICATIONINSIGHTS_)/;
    if (otherSettings.test(name) || alertSettings.includes(name)) delete environment[name];
  }
  Object.assign(environment, replacement);
}

process.exitCode = await runNight();
