import { ConsentinelError } from '../model/errors.js';
import { problemOf } from '../model/rule/rule-problem.js';
import { safeText } from '../model/text/safe-text.js';
import { rules } from '../rules/index.js';
import type { Runtime } from '../runtime.js';

const shortest = 4;
const wholeId = 16;
const shown = 5;

/**
 * The id of the one finding whose id begins with a text.
 * @param text a whole id, or at least four of its digits
 * @throws ConsentinelError `usage-invalid` for a text that is too short, or that several findings match
 */
export async function findingId(runtime: Pick<Runtime, 'records' | 'tenantId'>, text: string): Promise<string> {
  const start = text.toLowerCase();
  // An unknown id is reported by the command itself.
  if (/[^0-9a-f]/.test(start) || start.length >= wholeId) return start;
  if (start.length < shortest)
    throw new ConsentinelError(
      'usage-invalid',
      `${JSON.stringify(text)} is too short for the id of a finding.`,
      `Give at least ${shortest} digits. \`consentinel findings\` lists the ids.`,
    );
  const summaries = await runtime.records().findings.summaries(await runtime.tenantId());
  const matches = summaries.filter(({ id }) => id.startsWith(start));
  if (matches.length < 2) return matches[0]?.id ?? start;
  const lines = matches
    .slice(0, shown)
    .map(({ id, ruleId, displayName }) => `  ${id} ${problemOf(rules, ruleId)}: ${safeText(displayName)}`);
  const more = matches.length > shown ? [`  and ${matches.length - shown} more`] : [];
  throw new ConsentinelError(
    'usage-invalid',
    `${matches.length} findings have an id that begins with ${start}:\n${[...lines, ...more].join('\n')}`,
    'Give more digits.',
  );
}
