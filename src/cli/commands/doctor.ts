import { SettingsError } from '../../config.js';
import { type Check, checked } from '../../jobs/doctor/check.js';
import { examineInstallation } from '../../jobs/doctor/doctor.js';
import { ConsentinelError } from '../../model/errors.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { version } from '../../version.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';

const marks = { ok: ['green', '✓'], warning: ['yellow', '!'], fails: ['red', '✗'], unknown: ['yellow', '?'] } as const;

/**
 * Examines the installation: settings, storage, identities, permissions, clock, telemetry, alerts.
 * @param open reads the settings and opens the runtime; its errors become checks
 * @returns the exit code: 1 where a check fails
 */
export async function doctor(
  open: () => Promise<Runtime>,
  screen: Screen,
  options: { json?: boolean },
): Promise<number> {
  const checks = [checked('version', 'ok', `Consentinel ${version}`), ...(await examine(open))];
  if (options.json) writeJson(screen.out, checks);
  else {
    for (const { check, outcome, detail, fix } of checks) {
      const [style, mark] = marks[outcome];
      writeLine(screen.out, `${paint(screen, style, mark)} ${check}: ${safeText(readableTimes(detail))}`);
      if (fix) writeLine(screen.out, `    ${safeText(fix)}`);
    }
  }
  return checks.some(({ outcome }) => outcome === 'fails') ? 1 : 0;
}

async function examine(open: () => Promise<Runtime>): Promise<Check[]> {
  let runtime: Runtime;
  try {
    runtime = await open();
  } catch (error) {
    return [
      ...failedChecks(error),
      checked('rest', 'unknown', 'Fix the settings first. The other checks need valid settings.'),
    ];
  }
  try {
    const found = await examineInstallation(await runtime.doctor());
    return [checked('settings', 'ok', 'Every setting is valid.'), ...found];
  } finally {
    await runtime.close();
  }
}

/**
 * The checks for an installation that could not be opened.
 * @throws the error where it is a defect of the program or a usage error
 */
function failedChecks(error: unknown): Check[] {
  if (error instanceof SettingsError) {
    return error.faults.map(({ setting, value, remedy }) =>
      checked('settings', 'fails', `${setting} = ${value}`, remedy),
    );
  }
  if (!(error instanceof ConsentinelError) || error.code === 'usage-invalid') throw error;
  const check = error.code === 'config-invalid' ? 'settings' : 'storage';
  return [checked(check, 'fails', error.message, error.remedy)];
}
