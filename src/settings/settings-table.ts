import type { z } from 'zod';
import { settingsOf } from './setting.js';

/**
 * One table of docs/settings.md: one row for each setting. Neighbors with the same default and meaning share a row.
 * @returns Markdown
 */
export function settingsTable(group: z.ZodObject): string {
  const rows: { names: string[]; cells: string }[] = [];
  for (const { name, defaultText, meaning } of settingsOf(group)) {
    const cells = `${defaultText} | ${meaning}`;
    const last = rows.at(-1);
    if (last?.cells === cells) last.names.push(name);
    else rows.push({ names: [name], cells });
  }
  const lines = rows.map(({ names, cells }) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${cells} |`);
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}
