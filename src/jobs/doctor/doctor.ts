import { durationText } from '../../model/text/format.js';
import type { Directory } from '../ports/index.js';
import { type AlertParts, examineAlerts } from './alerts.js';
import { type Check, checked, examine } from './check.js';
import { examineReader, examineRemediator, type IdentityParts } from './roles.js';
import { examineRemediatorStorage, examineStorage, type StoredParts } from './storage.js';

/** The installation to check. */
export interface DoctorContext extends StoredParts, AlertParts, IdentityParts {
  readonly directory: Directory;
  /** Where telemetry goes; left out if it is off. */
  readonly telemetryEndpoint?: string;
  /** The difference between this machine's clock and Graph's, in milliseconds. */
  readonly clockSkew: () => Promise<number>;
}

/** Milliseconds. Tokens are refused from five minutes. Source: Microsoft identity platform, clock skew of tokens. */
const mostSkew = 120_000;

/**
 * Checks everything that an installation with valid settings needs. It creates missing tables and queues, as every
 * command does, and changes nothing else.
 * @returns every check with its fix, in the order in which they should be fixed
 */
export async function examineInstallation(context: DoctorContext): Promise<Check[]> {
  const { directory, channels } = context;
  const alertPermissions = channels.flatMap(({ permissions = [] }) => permissions);
  const checks = [
    examineStorage(context),
    examineRemediatorStorage(context),
    examine('tenant', () => examineTenant(directory)),
    examine('reader', () => examineReader(context, alertPermissions)),
    examine('remediator', () => examineRemediator(context)),
    examine('clock', () => examineClock(context)),
    [examineTelemetry(context)],
    examineAlerts(context),
  ];
  return (await Promise.all(checks)).flat();
}

/** Checks that Graph answers, and that TENANT_ID is the tenant of the token. */
async function examineTenant(directory: Directory): Promise<Check[]> {
  const { id, displayName } = await directory.organization();
  return [checked('tenant', 'ok', `Graph answers for ${displayName} (${id}).`)];
}

/** The settings are valid by now; it sends nothing to the endpoint. */
function examineTelemetry({ telemetryEndpoint }: DoctorContext): Check {
  if (telemetryEndpoint) {
    const detail = `On: traces and metrics of scans go to ${new URL(telemetryEndpoint).host}.`;
    return checked('telemetry', 'ok', detail, 'The workbook shows whether they arrive (docs/operate.md, Telemetry).');
  }
  const fix = 'In Azure, set APPLICATIONINSIGHTS_CONNECTION_STRING. The alert rules and the workbook need it.';
  return checked('telemetry', 'ok', 'Off: APPLICATIONINSIGHTS_CONNECTION_STRING is not set.', fix);
}

async function examineClock({ clockSkew }: DoctorContext): Promise<Check[]> {
  const skew = await clockSkew();
  const detail = `The clock of this machine differs from Graph's clock by ${durationText(Math.abs(skew))}.`;
  if (Math.abs(skew) <= mostSkew) return [checked('clock', 'ok', detail)];
  return [
    checked('clock', 'fails', detail, 'Set the clock. Microsoft Entra and Graph reject tokens with wrong times.'),
  ];
}
