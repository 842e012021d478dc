import type { Command, Option } from 'commander';
import { type Screen, writeLine } from '../screen.js';

/** The shells for which the program writes a completion script. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** The hidden command that the scripts call with the words of the line. */
export const completeCommand = 'complete-words';

/** Prints the script that completes commands, options and values in a shell. */
export function completion(screen: Screen, shell: Shell): number {
  writeLine(screen.out, scripts[shell].join('\n'));
  return 0;
}

/** Prints the candidates for the last word. @param words the words after the program name, the last one unfinished */
export function completeWords(screen: Screen, program: Command, words: readonly string[]): number {
  for (const candidate of candidates(program, words)) writeLine(screen.out, candidate);
  return 0;
}

/** The words that can stand in place of the last one: commands, options, or the values of an option. */
export function candidates(program: Command, words: readonly string[]): string[] {
  const typed = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  let command = program;
  for (const word of typed) command = visibleCommands(command).find(({ name }) => name === word)?.command ?? command;
  const valued = optionsOf(command).find(({ long, short }) => [long, short].includes(typed.at(-1) ?? ''));
  const takesValue = valued && (valued.required || valued.optional);
  const found = takesValue
    ? (valued.argChoices ?? [])
    : last.startsWith('-')
      ? optionsOf(command).flatMap(({ long }) => long ?? [])
      : [...visibleCommands(command).map(({ name }) => name), ...choicesOfArguments(command)];
  return found.filter((word) => word.startsWith(last)).sort();
}

function visibleCommands(command: Command): { name: string; command: Command }[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((sub) => ({ name: sub.name(), command: sub }));
}

function optionsOf(command: Command): readonly Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

function choicesOfArguments(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

const scripts: Readonly<Record<Shell, readonly string[]>> = {
  bash: [
    '# Add to ~/.bashrc: source <(consentinel completion bash)',
    '_consentinel() {',
    "  local IFS=$'\\n'",
    `  COMPREPLY=($(consentinel ${completeCommand} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))`,
    '}',
    'complete -o default -F _consentinel consentinel',
  ],
  zsh: [
    '# Add to ~/.zshrc: source <(consentinel completion zsh)',
    '_consentinel() {',
    '  local -a found',
    `  found=(\${(f)"$(consentinel ${completeCommand} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})`,
    '  compadd -a found',
    '}',
    'compdef _consentinel consentinel',
  ],
  fish: [
    '# Save as ~/.config/fish/completions/consentinel.fish',
    `complete -c consentinel -f -a '(consentinel ${completeCommand} -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
  ],
  powershell: [
    '# Add to $PROFILE: consentinel completion powershell | Out-String | Invoke-Expression',
    'Register-ArgumentCompleter -Native -CommandName consentinel -ScriptBlock {',
    '  param($wordToComplete, $commandAst, $cursorPosition)',
    '  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })',
    "  if ($wordToComplete -eq '') { $words += '' }",
    `  consentinel ${completeCommand} '--' @words 2>$null | ForEach-Object {`,
    '    [System.Management.Automation.CompletionResult]::new($_, $_, "ParameterValue", $_)',
    '  }',
    '}',
  ],
};
