/**
 * How the user calls this program: by its name where npm installed it, else by the file of the build.
 * @param environment npm sets `npm_command` for what it runs: `exec` for npx
 * @param module the address of the running module
 */
export function programName(environment: Readonly<Record<string, string | undefined>>, module: string): string {
  if (!module.includes('/node_modules/')) return 'node dist/cli.js';
  return environment.npm_command === 'exec' ? 'npx consentinel' : 'consentinel';
}
