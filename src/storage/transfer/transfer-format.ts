import { z } from 'zod';
import { ConsentinelError } from '../../model/errors.js';
import { schemaVersion } from '../rows.js';
import { tableNames } from './row-kinds.js';

/** The version of the file. Increase it for a change that an earlier program would misread. */
const formatVersion = 1;

const format = 'consentinel-export';

/** The first line of a file. */
export interface TransferHeader {
  readonly format: typeof format;
  readonly version: number;
  /** Of the program that wrote it. */
  readonly program: string;
  /** Of its rows; see `rows.ts`. */
  readonly schemaVersion: number;
  readonly exportedAt: string;
  readonly tenantIds: readonly string[];
}

/** The last line: what comes before it. */
export interface TransferEnd {
  readonly end: true;
  readonly rows: number;
  readonly sha256: string;
}

const headerSchema = z.object({
  format: z.literal(format),
  version: z.int().min(1),
  program: z.string(),
  schemaVersion: z.int().min(0),
  exportedAt: z.iso.datetime(),
  tenantIds: z.array(z.string().min(1)).min(1),
}) satisfies z.ZodType<TransferHeader>;

const lineSchema = z.union([
  z.object({
    table: z.enum(tableNames),
    row: z.object({ partitionKey: z.string(), rowKey: z.string() }).catchall(z.union([z.string(), z.number()])),
  }),
  z.object({ end: z.literal(true), rows: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
]);

export function headerOf(facts: Pick<TransferHeader, 'program' | 'exportedAt' | 'tenantIds'>): TransferHeader {
  return { format, version: formatVersion, schemaVersion, ...facts };
}

/** @throws ConsentinelError `transfer-refused` for another file, or a file of a newer program */
export function parseHeader(line: string, file: string): TransferHeader {
  const parsed = headerSchema.safeParse(jsonOf(line));
  if (!parsed.success)
    throw new ConsentinelError(
      'transfer-refused',
      `${file} is not a file of \`consentinel export\`: its first line is not the header.`,
      'Give the path of such a file. Nothing was written.',
    );
  const { version, schemaVersion: rows, program } = parsed.data;
  if (version <= formatVersion && rows <= schemaVersion) return parsed.data;
  throw new ConsentinelError(
    'transfer-refused',
    `${file} was written by version ${program} of Consentinel, which is newer than this program.`,
    `Upgrade this program to version ${program} or later. Nothing was written.`,
  );
}

/** A row or the end of a file; undefined for a line that is neither. */
export function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  const parsed = lineSchema.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : undefined;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
