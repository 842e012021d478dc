import { ConsentinelError } from '../model/errors.js';
import type { Finding } from '../model/finding.js';
import type { Runtime } from '../runtime.js';
import { harmless } from './harmless.js';
import { paint, type Screen, writeJson, writeLine } from './screen.js';

/** Everything that happened to one finding, one line an event, oldest first. */
export async function history(
  runtime: Runtime,
  screen: Screen,
  id: string,
  options: { json?: boolean },
): Promise<number> {
  const finding = await findingById(runtime, id);
  const events = await runtime.findings.history(finding);
  if (options.json) {
    writeJson(screen.out, events);
    return 0;
  }
  writeLine(screen.out, `${finding.id} ${finding.ruleId} on ${harmless(finding.displayName)}`);
  for (const { at, type, author, summary } of events) {
    writeLine(screen.out, `${at}  ${paint(screen, 'bold', type.padEnd(19))} ${harmless(author)}  ${harmless(summary)}`);
  }
  return 0;
}

/** @throws ConsentinelError `finding-unknown` */
export async function findingById(runtime: Runtime, id: string): Promise<Finding> {
  const found = /^[0-9a-f]{16}$/i.test(id)
    ? await runtime.findings.finding(await runtime.tenantId(), id.toLowerCase())
    : undefined;
  if (found) return found.value;
  throw new ConsentinelError(
    'finding-unknown',
    `There is no finding with the id ${JSON.stringify(id)}.`,
    'An id has 16 hexadecimal digits; `consentinel findings` lists them.',
  );
}
