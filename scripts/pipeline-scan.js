// One scan in a pipeline, for action.yml and docs/integrations/azure-devops.md: scans, writes a report, and decides whether
// the step fails. It needs a build (npm run build) and the credential of an earlier `az login`.
//
//   CONSENTINEL_FORMAT  sarif (default), html, csv or json
//   CONSENTINEL_OUTPUT  path of the report, default consentinel.FORMAT
//   CONSENTINEL_FAIL_ON none (default), low, medium, high or critical: fails if an open finding has it or a higher one
//
// Exit codes: 0 complete, 1 the scan is incomplete or failed, or findings reach CONSENTINEL_FAIL_ON, 2 bad usage or settings.
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const severities = ['low', 'medium', 'high', 'critical'];
const formats = ['sarif', 'html', 'csv', 'json'];

const format = process.env.CONSENTINEL_FORMAT || 'sarif';
const output = path.resolve(process.env.CONSENTINEL_OUTPUT || `consentinel.${format}`);
const failOn = process.env.CONSENTINEL_FAIL_ON || 'none';
const faults = [
  ...(formats.includes(format) ? [] : [`The format ${JSON.stringify(format)} is invalid. Give ${formats.join(', ')}.`]),
  ...(failOn === 'none' || severities.includes(failOn)
    ? []
    : [`The severity ${JSON.stringify(failOn)} is invalid. Give none, ${severities.join(', ')}.`]),
];

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 2;
} else process.exitCode = scanAndReport();

/** Runs a command of the program. Its progress goes to the log of the pipeline. */
function run(...args) {
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'inherit'] };
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args], options);
  return { status: status ?? 1, stdout };
}

/** @returns {number} the exit code */
function scanAndReport() {
  const scan = run('scan');
  process.stdout.write(scan.stdout);
  // After bad settings there is nothing to report. After an incomplete scan there is.
  if (scan.status > 1) return scan.status;
  const report = run('report', '--output', format, '--out', output);
  process.stdout.write(report.stdout);
  const list = run('findings', '--output', 'json');
  if (report.status !== 0 || list.status !== 0) return report.status || list.status;
  const open = JSON.parse(list.stdout).filter(({ status }) => status === 'new' || status === 'open');
  const least = failOn === 'none' ? severities.length : severities.indexOf(failOn);
  const failing = open.filter(({ severity }) => severities.indexOf(severity) >= least);
  writeOutputs({ report: output, open: open.length, failing: failing.length });
  if (scan.status !== 0) console.error('The scan is not complete. The report can miss findings.');
  if (failing.length > 0) console.error(`Failed: ${failing.length} open findings of severity ${failOn} or higher.`);
  return scan.status !== 0 || failing.length > 0 ? 1 : 0;
}

/** Outputs of the step in GitHub Actions. */
function writeOutputs(outputs) {
  const file = process.env.GITHUB_OUTPUT;
  if (!file) return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(file, lines.join(''));
}
