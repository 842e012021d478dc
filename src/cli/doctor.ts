import { examineInstallation } from '../jobs/doctor.js';
import type { Runtime } from '../runtime.js';
import { harmless } from './harmless.js';
import { paint, type Screen, writeLine } from './screen.js';

const marks = { ok: ['green', '✓'], warning: ['yellow', '!'], fails: ['red', '✗'], unknown: ['yellow', '?'] } as const;

/**
 * Examines the installation: settings, identities, permissions, storage, alerts, clock.
 * @returns the exit code: 1 where something fails
 */
export async function doctor(runtime: Runtime, screen: Screen, options: { json?: boolean }): Promise<number> {
  const checks = await examineInstallation(await runtime.doctor());
  if (options.json) writeLine(screen.out, JSON.stringify(checks, null, 2));
  else {
    for (const { check, outcome, detail, fix } of checks) {
      const [style, mark] = marks[outcome];
      writeLine(screen.out, `${paint(screen, style, mark)} ${check}: ${harmless(detail)}`);
      if (fix) writeLine(screen.out, `    ${harmless(fix)}`);
    }
  }
  return checks.some(({ outcome }) => outcome === 'fails') ? 1 : 0;
}
