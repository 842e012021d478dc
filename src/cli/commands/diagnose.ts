import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { diagnose as diagnoseSignIn } from '../../jobs/diagnosis/diagnose.js';
import type { DiagnoseContext, FailingSignIn } from '../../jobs/diagnosis/diagnose-context.js';
import type { Diagnosis, DiagnosisStep, Verdict } from '../../model/diagnosis/diagnosis.js';
import type { PastedFailure } from '../../model/diagnosis/formats/failure.js';
import { TokenRequest } from '../../model/diagnosis/token-request.js';
import { aadstsCodeIn } from '../../model/entra/aadsts.js';
import { isGuid } from '../../model/entra/guid.js';
import { ConsentinelError } from '../../model/errors.js';
import type { StepOutcome } from '../../model/reachability/reachability.js';
import { graphRequestText, type ManualFix } from '../../model/remediation/manual-fix.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeText } from '../../model/text/safe-text.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';

/** The options of the command. */
export interface DiagnoseOptions {
  app: string;
  user?: string;
  code?: string;
  /** A file, or `-` for standard input. */
  request?: string;
  json?: boolean;
}

/**
 * Shows the root cause of a failing sign-in.
 * @returns the exit code: 0 where the app could be read, with any verdict; else 1
 * @throws ConsentinelError `usage-invalid`. It shows the value of an option only if it is nearly a code: any other value can
 * be a secret in the wrong place
 */
export async function diagnose(
  context: DiagnoseContext,
  screen: Screen,
  options: DiagnoseOptions,
  input: NodeJS.ReadableStream,
  signal: AbortSignal,
): Promise<number> {
  const { diagnosis, appRead } = await diagnoseSignIn(context, await failingSignIn(options, input), signal);
  if (options.json) writeJson(screen.out, diagnosisView(diagnosis));
  else show(diagnosis, screen);
  return appRead ? 0 : 1;
}

async function failingSignIn(options: DiagnoseOptions, input: NodeJS.ReadableStream): Promise<FailingSignIn> {
  const { app, user, code, request } = options;
  if (!isGuid(app.trim())) throw unusable('--app', 'Give the application (client) id, a GUID.');
  if (user !== undefined && user.trim() === '') throw unusable('--user', 'Give a user principal name or an object id.');
  const known = code === undefined ? undefined : aadstsCodeIn(code);
  if (code !== undefined && !known)
    throw unusable('--code', 'Give AADSTS50000, 50000, or the text of the error.', mistypedCode(code));
  return {
    appId: app.trim().toLowerCase(),
    ...(user !== undefined && { user: user.trim() }),
    ...(known && { code: known }),
    ...(request !== undefined && { request: new TokenRequest(await textIn(request, input)) }),
  };
}

async function textIn(file: string, input: NodeJS.ReadableStream): Promise<string> {
  try {
    return file === '-' ? await textOf(input) : await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'no text' } = error as NodeJS.ErrnoException;
    throw unusable('--request', `The file is not readable (${code}). Give a file, or - for standard input.`);
  }
}

/** @param shown the value, if it cannot be a secret */
function unusable(option: string, remedy: string, shown?: string): ConsentinelError {
  const value = shown === undefined ? '' : `: ${JSON.stringify(shown)}`;
  return new ConsentinelError('usage-invalid', `The value of ${option} is not valid${value}.`, remedy);
}

/** A value that differs from a code by a few characters. Any other value can be a secret in the wrong place. */
function mistypedCode(code: string): string | undefined {
  return /^\s*((?:AADSTS)?\d{3,10}[a-z]{0,2})\s*$/i.exec(code)?.[1];
}

/** The JSON output. Scripts rely on its member names. */
function diagnosisView({ verdict, steps, checked, failure }: Diagnosis) {
  return {
    verdict,
    checked,
    ...(failure && { failure }),
    steps: steps.map(({ cause, step, outcome, detail, fix, link }) => ({
      ...{ cause, step, outcome, detail },
      ...(fix && { fix: link ? `${fix} See ${link}` : fix }),
    })),
  };
}

const marks: Readonly<Record<StepOutcome, string>> = { ok: '✓', fails: '✗', unknown: '? not checked:' };
const styles = { ok: 'green', fails: 'red', unknown: 'yellow' } as const;

function show({ verdict, steps, checked, failure }: Diagnosis, screen: Screen): void {
  if (checked) showVerdict(verdict, screen);
  else for (const line of [verdict.summary, `Fix: ${verdict.fix}`]) writeLine(screen.out, safeText(line));
  if (failure) showFailure(failure, screen);
  let cause: string | undefined;
  for (const step of steps) {
    if (step.cause !== cause) writeLine(screen.out, `\n${paint(screen, 'bold', step.cause)}`);
    cause = step.cause;
    showStep(step, screen);
  }
}

/** The ids that Microsoft support asks for. */
function showFailure({ code, correlationId, at }: PastedFailure, screen: Screen): void {
  const facts = [code, correlationId && `correlation id ${correlationId}`, at && `time ${at}`].filter(Boolean);
  if (facts.length > 0) writeLine(screen.out, safeText(`The pasted text contains: ${facts.join(', ')}.`));
}

/** The fix in three forms. */
function showManualFix({ portal, powershell, graph }: ManualFix, screen: Screen): void {
  for (const [form, lines] of [
    ['Admin center', [portal]],
    ['PowerShell', powershell],
    ['Graph request', graph.map(graphRequestText)],
  ] as const) {
    writeLine(screen.out, `  ${form}:`);
    for (const line of lines) writeLine(screen.out, `    ${safeText(line)}`);
  }
}

function showVerdict({ cause, code, summary, fix, manualFix, alsoFound = [] }: Verdict, screen: Screen): void {
  const style = cause === 'none' ? 'green' : 'red';
  writeLine(screen.out, paint(screen, ['bold', style], `Verdict: ${cause}${code ? ` (${code})` : ''}`));
  writeLine(screen.out, safeText(readableTimes(summary)));
  writeLine(screen.out, `Fix: ${safeText(fix)}`);
  if (manualFix) showManualFix(manualFix, screen);
  if (alsoFound.length > 0) writeLine(screen.out, paint(screen, 'bold', 'Also found:'));
  for (const also of alsoFound) {
    writeLine(
      screen.out,
      safeText(`- ${also.cause}${also.code ? ` (${also.code})` : ''}: ${readableTimes(also.summary)}`),
    );
  }
}

function showStep({ step, outcome, detail, fix, code, link }: DiagnosisStep, screen: Screen): void {
  const failed = outcome === 'fails' && code ? ` (${code})` : '';
  writeLine(screen.out, `${paint(screen, styles[outcome], marks[outcome])} ${safeText(step)}${failed}`);
  for (const line of [detail, fix && `Fix: ${fix}`, link])
    if (line) writeLine(screen.out, `    ${safeText(readableTimes(line))}`);
}
