import type { Command } from 'commander';
import { readConfig } from '../config.js';
import type { Installation } from '../runtime.js';
import type { CommandLine } from './command-line.js';
import { exportRows } from './commands/export.js';
import { importRows, refuseFolder } from './commands/import.js';
import { openInstallation } from './open-runtime.js';
import { addOutput, isJson, tenantOption } from './options.js';

const group = 'Installation:';

/** Registers the commands that move rows between installations. */
export function addTransferCommands(program: Command, line: CommandLine): void {
  const { screen, signal } = line;
  addOutput(program.command('export').helpGroup(group), ['text', 'json'])
    .description(
      'write findings, suppressions, scans and audit trails to a file, to move them to another installation with `import`',
    )
    .argument('<file>', 'path of the file; only you can read it')
    .option('--with-broken-trail', 'export an audit trail that does not pass verify-audit, as it is')
    .addOption(
      tenantOption(
        'export only this tenant (default: those of TENANT_ID or TENANT_IDS, else all but the one of `demo`)',
      ),
    )
    .action((file, options) =>
      withInstallation(line, (installation) =>
        exportRows(installation, screen, file, { ...options, json: isJson(options) }, signal),
      ),
    );
  addOutput(program.command('import').helpGroup(group), ['text', 'json'])
    .description('write the rows of a file of `export` into a storage that has none of the tenant; safe to repeat')
    .argument('<file>', 'path of the file')
    .option('--with-broken-trail', 'import an audit trail that is broken, as it is')
    .action(async (file, options) => {
      await refuseFolder(file, process.platform);
      await withInstallation(line, (installation) =>
        importRows(installation, screen, file, { ...options, json: isJson(options) }, signal),
      );
    });
}

async function withInstallation(
  { environment, end }: CommandLine,
  command: (installation: Installation) => Promise<number>,
): Promise<void> {
  const installation = await openInstallation(readConfig(environment), environment);
  try {
    end(await command(installation));
  } finally {
    await installation.close();
  }
}
