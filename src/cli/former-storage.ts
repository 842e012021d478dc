import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The file in which version 0.1.0 kept its rows: Azurite wrote it. */
export const formerTables = '__azurite_db_table__.json';

/**
 * What to tell a user whose folder has data of version 0.1.0, which kept it in an embedded Azurite.
 * @returns undefined where the folder has no such data
 */
export async function formerStorageNotice(folder: string): Promise<string | undefined> {
  const former = await stat(join(folder, formerTables)).catch(() => undefined);
  if (!former) return undefined;
  return `${folder} has data of version 0.1.0 (Azurite), which this version does not read. To move it: consentinel import ${folder}`;
}
