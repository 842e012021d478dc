import type { Finding } from '../model/finding/finding.js';
import type { GraphWrite } from '../model/remediation/remediation.js';
import { harmless } from './harmless.js';
import { paint, type Screen, writeLine } from './screen.js';

/** Shows what would be sent for a finding, and what to know before it is. */
export function showPlan(screen: Screen, { displayName, message, remediation }: Finding): void {
  if (!remediation) return;
  writeLine(screen.out, `${paint(screen, 'bold', harmless(displayName))}: ${harmless(message)}`);
  for (const request of remediation.plan.requests) showRequest(screen, request);
  if (remediation.plan.irreversible) writeLine(screen.out, paint(screen, 'red', '  This cannot be undone.'));
  for (const warning of remediation.plan.warnings)
    writeLine(screen.out, `  ${paint(screen, 'yellow', 'warning')} ${harmless(warning)}`);
}

function showRequest(screen: Screen, { method, path, body }: GraphWrite): void {
  writeLine(screen.out, `  ${paint(screen, 'cyan', `${method} ${harmless(path)}`)}`);
  for (const line of JSON.stringify(body, null, 2).split('\n')) writeLine(screen.out, `    ${harmless(line)}`);
}
