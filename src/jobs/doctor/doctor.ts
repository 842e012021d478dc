import type { Directory } from '../ports/index.js';
import { type AlertParts, examineAlerts } from './alerts.js';
import { type Check, checked, looked } from './check.js';
import { examineReader, examineRemediator, type IdentityParts } from './roles.js';
import { examineStorage, type StoredParts } from './storage.js';

/** What is looked at. */
export interface DoctorContext extends StoredParts, AlertParts, IdentityParts {
  readonly directory: Directory;
  /** Where telemetry goes; left out where it is off. */
  readonly telemetryEndpoint?: string;
  /** How far this machine's clock is from Graph's, in milliseconds. */
  readonly clockSkew: () => Promise<number>;
}

/** Tokens are refused from five minutes on. Source: Microsoft identity platform, clock skew of token validation. */
const mostSkew = 120_000;

/**
 * Looks at everything that an installation with sound settings needs, and says what to do about what is wrong. It makes
 * missing tables and queues, as every command does, and changes nothing else.
 * @returns every check, in the order in which they should be mended
 */
export async function examineInstallation(context: DoctorContext): Promise<Check[]> {
  const { directory, channels } = context;
  const alertPermissions = channels.flatMap(({ permissions = [] }) => permissions);
  const checks = [
    examineStorage(context),
    looked('tenant', () => examineTenant(directory)),
    looked('reader', () => examineReader(context, alertPermissions)),
    looked('remediator', () => examineRemediator(context)),
    looked('clock', () => examineClock(context)),
    [examineTelemetry(context)],
    examineAlerts(context),
  ];
  return (await Promise.all(checks)).flat();
}

/** Graph answers, and TENANT_ID is the tenant of the token. */
async function examineTenant(directory: Directory): Promise<Check[]> {
  const { id, displayName } = await directory.organization();
  return [checked('tenant', 'ok', `Graph answers for ${displayName} (${id}).`)];
}

/** The settings were read, so that what is set is well-formed; nothing is sent to find out more. */
function examineTelemetry({ telemetryEndpoint }: DoctorContext): Check {
  if (telemetryEndpoint) {
    const detail = `On: traces and metrics of scans go to ${new URL(telemetryEndpoint).host}.`;
    return checked('telemetry', 'ok', detail, 'Whether they arrive shows the workbook (docs/operate.md, Telemetry).');
  }
  const fix = 'In Azure, set it: the alert rules and the workbook have nothing to look at without it.';
  return checked('telemetry', 'ok', 'Off: APPLICATIONINSIGHTS_CONNECTION_STRING is not set.', fix);
}

async function examineClock({ clockSkew }: DoctorContext): Promise<Check[]> {
  const skew = await clockSkew();
  const detail = `This clock is ${Math.round(Math.abs(skew) / 1000)} s from Graph's.`;
  if (Math.abs(skew) <= mostSkew) return [checked('clock', 'ok', detail)];
  return [checked('clock', 'fails', detail, 'Set the clock: tokens of the future or the past are refused.')];
}
