import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The file in which version 0.1.0 kept its rows: Azurite wrote it. */
export const formerTables = '__azurite_db_table__.json';

/** The account in which version 0.1.0 kept its rows. */
const account = 'consentinel';

/** Azurite takes any key. It is in use on this machine, for minutes. */
const key = 'a2V5';

const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};TableEndpoint=http://127.0.0.1:10002/${account};QueueEndpoint=http://127.0.0.1:10001/${account}`;

const exported = 'consentinel-0.1.0.jsonl';

/**
 * What to tell a user whose folder has data of version 0.1.0, which kept it in an embedded Azurite.
 * @returns undefined where the folder has no such data
 */
export async function formerStorageNotice(folder: string): Promise<string | undefined> {
  if (!(await hasFormerStorage(folder))) return undefined;
  return `${folder} has data of version 0.1.0 (Azurite), which this version does not read. To move it, see the steps that this command prints: consentinel import ${folder}`;
}

/**
 * How to move the data of version 0.1.0.
 * @param folder its folder
 * @param platform decides on the shell of the commands
 * @returns undefined where the folder has no such data
 */
export async function formerStorageSteps(folder: string, platform: NodeJS.Platform): Promise<string | undefined> {
  if (!(await hasFormerStorage(folder))) return undefined;
  const azurite = `npx azurite@3.37.0 --location ${quoted(folder, platform)} --silent --skipApiVersionCheck`;
  const [run, store] =
    platform === 'win32'
      ? [
          `$env:AZURITE_ACCOUNTS = '${account}:${key}'; ${azurite}`,
          `$env:AzureWebJobsStorage = '${connectionString}'; consentinel export ${exported}; Remove-Item Env:AzureWebJobsStorage`,
        ]
      : [
          `AZURITE_ACCOUNTS=${account}:${key} ${azurite}`,
          `AzureWebJobsStorage='${connectionString}' consentinel export ${exported}`,
        ];
  return [
    'Move it in four steps:',
    `1. In a second terminal: ${run}`,
    `2. ${store}`,
    `3. End Azurite with Ctrl+C. Then: consentinel import ${exported}`,
    `4. Delete the files of Azurite in ${folder}: those that begin with __ or azurite.`,
  ].join('\n');
}

/** A path as one argument of bash or PowerShell. */
function quoted(file: string, platform: NodeJS.Platform): string {
  if (/^[\w./\\:-]+$/.test(file) && (platform === 'win32' || !file.includes('\\'))) return file;
  return `'${file.replaceAll("'", platform === 'win32' ? "''" : "'\\''")}'`;
}

async function hasFormerStorage(folder: string): Promise<boolean> {
  return (await stat(join(folder, formerTables)).catch(() => undefined)) !== undefined;
}
