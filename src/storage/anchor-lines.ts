import { z } from 'zod';
import type { AuditAnchor } from '../model/finding/audit-anchor.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.object({
  version: z.literal(1),
  tenantId: z.string().min(1),
  scanId: z.string(),
  at: z.iso.datetime(),
  previous: hash,
  chains: z.array(z.object({ ruleId: z.string().min(1), events: z.int().min(1), head: hash })),
  hash,
}) satisfies z.ZodType<AuditAnchor>;

export function toLine(anchor: AuditAnchor): string {
  return `${JSON.stringify(anchor)}\n`;
}

/** @returns undefined for a line that is no anchor */
export function fromLine(line: string): AuditAnchor | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The newest anchor of a tenant in the last lines of a file. */
export function newestIn(text: string, tenantId: string): AuditAnchor | undefined {
  const lines = text.split('\n').reverse();
  for (const line of lines) {
    const anchor = line && fromLine(line);
    if (anchor && anchor.tenantId === tenantId) return anchor;
  }
  return undefined;
}

/** The anchors of lines; a sentence for each line that is no anchor. @param file its name, for the sentence */
export async function* anchorsOf(lines: AsyncIterable<string>, file: string): AsyncGenerator<AuditAnchor | string> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line) yield fromLine(line) ?? `Line ${number} of ${file} is no anchor.`;
  }
}
