// Runs the commands of docs/deploy.md, in their order, with the `az` and `azd` of a folder. It never uses those of the
// machine: the folder must have both. A test runs it with stand-ins. --list shows the commands and runs none.
//
//   node scripts/rehearse-deploy.js --bin FOLDER [--list]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { bin: { type: 'string' }, list: { type: 'boolean', default: false } } });

/** The sections that are steps, in the order of the page. */
const steps = /^(3|4|5|6|7|8)\. /;

/** Commands that a rehearsal leaves out, and why. */
const leftOut = [
  [/az deployment group create/, 'the alternative to grant-permissions.sh'],
  [/^npm run build$/, 'azd has run it'],
  [/node dist\/cli\.js/, 'reads the tables of Azure'],
  [/^export ConsentinelStorage__accountName/, 'for the command line'],
  [/^az login$/, 'for the command line'],
];

/** What a reader puts in place of a placeholder: a constant, or a part of what was printed before. */
const placeholders = [
  ['<what it printed>', (printed) => /AUTH_CLIENT_ID (\S+)/.exec(printed)?.[1]],
  ['<object id of a user>', () => 'a-user'],
  ['<that id>', () => 'the-reader'],
];

/** The commands of the steps: continued lines are joined, comments are removed. */
function commandsOf(page) {
  return page
    .split(/^## /m)
    .filter((section) => steps.test(section))
    .flatMap((section) => [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block))
    .flatMap((block) => block.replace(/\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter(Boolean);
}

function filled(command, printed) {
  return placeholders.reduce((text, [name, value]) => {
    if (!text.includes(name)) return text;
    const found = value(printed);
    if (!found) throw new Error(`${command}: no command before it printed a value for ${name}.`);
    return text.replaceAll(name, found);
  }, command);
}

function main() {
  const commands = commandsOf(readFileSync('docs/deploy.md', 'utf8'));
  if (values.list) return void console.log(commands.join('\n'));
  for (const program of ['az', 'azd'])
    if (!values.bin || !existsSync(path.join(values.bin, program))) throw new Error(`--bin: no ${program} there.`);
  const env = { ...process.env, PATH: `${values.bin}${path.delimiter}${process.env.PATH}` };
  let printed = '';
  for (const command of commands) {
    const reason = leftOut.find(([pattern]) => pattern.test(command))?.[1];
    if (reason) {
      console.log(`left out (${reason}): ${command}`);
      continue;
    }
    const run = filled(command, printed);
    console.log(`$ ${run}`);
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', run], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
    printed += `${stdout}${stderr}`;
    if (status !== 0) throw new Error(`Exit code ${status}: ${run}\n${stdout}${stderr}`);
  }
}

main();
