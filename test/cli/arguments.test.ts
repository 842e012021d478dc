import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CommanderError } from 'commander';
import type { CommandLine } from '../../src/cli/command-line.js';
import { candidates } from '../../src/cli/commands/completion.js';
import { createProgram } from '../../src/cli/program.js';
import { fileSettings, settingsFileSchema, withSettingsFile } from '../../src/cli/settings-file.js';
import { similarSetting } from '../../src/cli/similar-setting.js';
import { settings } from '../../src/config.js';

/** The program in this process, with what it writes. */
function aProgram(environment: CommandLine['environment'] = {}) {
  const texts = { out: '', log: '' };
  const stream = (name: 'out' | 'log') => new PassThrough().on('data', (text) => (texts[name] += text));
  const line = {
    screen: { out: stream('out'), log: stream('log'), colour: false },
    environment,
    signal: new AbortController().signal,
    end: () => {},
    useEnvironment(used: CommandLine['environment']) {
      line.environment = used;
    },
  };
  const program = createProgram(line);
  const run = async (...args: string[]) => {
    try {
      await program.parseAsync(['node', 'consentinel', ...args]);
      return 0;
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
      throw error;
    }
  };
  return { program, line, texts, run };
}

describe('the arguments of a command', () => {
  it('are checked together: one message has every mistake', async () => {
    const { run, texts } = aProgram();
    expect(await run('findings', '--tenant', 'x', '--severity', 'huge', '--top', '0', '--unknown')).toBe(2);
    expect(texts.log).toContain(
      "option '--tenant <id>' argument 'x' is invalid. Give the directory (tenant) id, a GUID.",
    );
    expect(texts.log).toContain("option '--severity <severity>' argument 'huge' is invalid. Allowed choices are");
    expect(texts.log).toContain("option '--top <n>' argument '0' is invalid. Give a whole number from 1 to 1000000.");
    expect(texts.log).toContain("unknown option '--unknown'");
  });

  it('name a similar option, and do not count an unknown one as an argument', async () => {
    for (const args of [
      ['findings', '--severty', 'high'],
      ['remediate', '--wite'],
    ]) {
      const { run, texts } = aProgram();
      expect(await run(...args)).toBe(2);
      expect(texts.log).toMatch(/unknown option '--\w+'\n\(Did you mean --\w+\?\)/);
      expect(texts.log).not.toContain('too many arguments');
    }
    const { run, texts } = aProgram();
    expect(await run('findings', 'payroll')).toBe(2);
    expect(texts.log).toContain("too many arguments for 'findings'");
  });

  it('are named with their value and the choices, as options are', async () => {
    const { run, texts } = aProgram();
    expect(await run('completion', 'tcsh')).toBe(2);
    expect(texts.log).toContain(
      "error: argument '<shell>' value 'tcsh' is invalid. Allowed choices are bash, zsh, fish, powershell.",
    );
  });

  it.each([
    [['suppress'], ["missing required argument 'id'", '--reason <text>', '--until <date>']],
    [['report'], ["required option '--out <file>' not specified"]],
    [['report', '--out', '-'], ["required option '--output <format>' not specified"]],
    [
      ['remediation', 'pause', '--tenant', '1'],
      ['--reason <text>', "argument '1' is invalid"],
    ],
  ])('of %j name what is missing', async (args, messages) => {
    const { run, texts } = aProgram();
    expect(await run(...args)).toBe(2);
    for (const message of messages) expect(texts.log).toContain(message);
  });

  it.each([
    [
      ['suppress', 'abcd', '--until', '2026-01-01'],
      '--reason',
      ['', '  ', 'ab', 'x'.repeat(501), 'a \u001b[31m red'],
      '3 to 500',
    ],
    [['remediation', 'pause'], '--reason', ['', 'ab', 'x'.repeat(501), 'a \u001b[31m red'], '3 to 500'],
    [['remediation', 'resume'], '--reason', ['', 'ab', 'x'.repeat(501), 'a \u001b[31m red'], '3 to 500'],
    [['unsuppress', 'abcd'], '--reason', ['x'.repeat(501), 'a \u001b[31m red'], 'at most 500'],
    [['approve', 'abcd'], '--comment', ['x'.repeat(501), 'a \u001b[31m red'], 'at most 500'],
    [['reject', 'abcd'], '--comment', ['x'.repeat(501), 'a \u001b[31m red'], 'at most 500'],
  ])('of %j are bad usage if %s is not a text for the audit trail', async (args, option, values, limits) => {
    for (const value of values) {
      const { run, texts } = aProgram();
      expect(await run(...args, option, value)).toBe(2);
      const remedy = value.includes('\u001b') ? 'without control characters' : `of ${limits} characters`;
      const shown = value.slice(0, 80).replace('\u001b', '\\u001b');
      expect(texts.log).toContain(`option '${option} <text>' argument '${shown}`);
      expect(texts.log).toMatch(new RegExp(`is invalid\\. Enter a (reason|comment) ${remedy}\\.`));
      expect(texts.log).not.toContain('\u001b');
      expect(texts.log).not.toContain('x'.repeat(100));
    }
  });

  it('accept --output and the older flags on the same command', async () => {
    for (const args of [
      ['rules', '--output', 'json'],
      ['rules', '--json'],
    ]) {
      const { run, texts } = aProgram();
      expect(await run(...args)).toBe(0);
      expect(JSON.parse(texts.out).length).toBeGreaterThan(20);
    }
  });
});

describe('help', () => {
  it.each([
    [['help', 'nope'], "error: unknown command 'nope'"],
    [['nope', '--help'], "error: unknown command 'nope'"],
    [['help', 'scna'], "error: unknown command 'scna'\n(Did you mean scan?)"],
    [['help', 'remediation', 'paus'], "error: unknown command 'paus'\n(Did you mean pause?)"],
    [['remediation', 'help', 'paus'], "error: unknown command 'paus'\n(Did you mean pause?)"],
    [['remediation', 'paus', '--help'], "error: unknown command 'paus'\n(Did you mean pause?)"],
    [['help', 'scan', 'findings'], "error: unknown command 'findings'"],
    [['help', 'completion', 'nope'], "error: unknown command 'nope'"],
  ])('of %j fails as the unknown command does', async (args, message) => {
    const { run, texts } = aProgram();
    expect(await run(...args)).toBe(2);
    expect(texts.log).toBe(`${message}\nRun the command with --help to see all options.\n`);
    expect(texts.out).toBe('');
  });

  it.each([
    [['help'], 'consentinel [options] [command]'],
    [['--help'], 'consentinel [options] [command]'],
    [['help', 'scan'], 'consentinel scan [options]'],
    [['scan', '--help'], 'consentinel scan [options]'],
    [['history', 'abcd', '--help'], 'consentinel history [options] <id>'],
    [['help', 'remediation'], 'consentinel remediation [options] [command]'],
    [['help', 'remediation', 'pause'], 'consentinel remediation pause [options]'],
    [['remediation', 'help', 'pause'], 'consentinel remediation pause [options]'],
  ])('of %j is the help of the command', async (args, usage) => {
    const { run, texts } = aProgram();
    expect(await run(...args)).toBe(0);
    expect(texts.out).toContain(`Usage: ${usage}\n`);
    expect(texts.log).toBe('');
  });
});

describe('the completion of a line', () => {
  it.each([
    [['rep'], ['report']],
    [['re'], ['reject', 'remediate', 'remediation', 'report']],
    [
      ['findings', '--se'],
      ['--search', '--severity'],
    ],
    [
      ['findings', '--severity', ''],
      ['critical', 'high', 'low', 'medium'],
    ],
    [
      ['remediation', ''],
      ['pause', 'resume'],
    ],
    [['completion', 'b'], ['bash']],
    [['findings', '--severity', 'high', '--ou'], ['--output']],
  ])('offers for %j: %j', (words, expected) => {
    const { program } = aProgram();
    expect(candidates(program, words).filter((word) => word !== 'help')).toEqual(expected);
  });
});

describe('a variable with a name that is similar to a setting', () => {
  it.each([
    ['RULE_OFF', 'RULES_OFF'],
    ['ALERT_TEAMS_URL', 'TEAMS_WEBHOOK_URL'],
    ['teams_webhook_url', 'TEAMS_WEBHOOK_URL'],
    ['SCAN_SCHEDULES', 'SCAN_SCHEDULE'],
  ])('%s gets the warning to use %s', async (name, setting) => {
    const { run, texts } = aProgram({ [name]: 'a value' });
    expect(await run('rules')).toBe(0);
    expect(texts.log).toContain(`Warning: ${name} is not a setting and has no effect. Use ${setting}.`);
    expect(texts.log).not.toContain('a value');
  });

  it.each(['PATH', 'HOME', 'ARM_CLIENT_ID', 'ARM_TENANT_ID', 'AZURE_STORAGE_KEY', 'GITHUB_TOKEN', 'DOCKER_HOST'])(
    '%s is not one',
    (name) => {
      expect(similarSetting(name)).toBeUndefined();
    },
  );

  it('is none of the settings themselves', () => {
    for (const { name } of settings) expect(similarSetting(name)).toBeUndefined();
  });
});

describe('a settings file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'consentinel-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (value: unknown) => {
    const name = path.join(folder, 'settings.json');
    writeFileSync(name, typeof value === 'string' ? value : JSON.stringify(value));
    return name;
  };

  it('sets what the environment does not set', () => {
    const name = file({
      MAX_RESOLVED_PERCENT: 20,
      RULES_OFF: ['require-assignment', 'require-application'],
      TENANT_ID: 'a',
    });
    const used = withSettingsFile(name, { TENANT_ID: 'b', MAX_RESOLVED_PERCENT: '' });
    expect(used).toMatchObject({
      TENANT_ID: 'b',
      MAX_RESOLVED_PERCENT: '20',
      RULES_OFF: 'require-assignment,require-application',
    });
  });

  it('reports every fault, with the setting that was meant, and never a secret', () => {
    const name = file({
      RULE_OFF: 'x',
      GRAPH_ENDPOINT: 'https://evil.example',
      REMEDIATION: 'on',
      TEAMS_WEBHOOK_URL: 'https://hooks.example/secret-part',
      TENANT_ID: { a: 1 },
    });
    let message = '';
    try {
      withSettingsFile(name, {});
    } catch (error) {
      message = String(error);
    }
    for (const part of ['RULE_OFF', 'Use RULES_OFF', 'GRAPH_ENDPOINT', 'REMEDIATION', 'TEAMS_WEBHOOK_URL', 'TENANT_ID'])
      expect(message).toContain(part);
    expect(message).not.toContain('secret-part');
  });

  it.each([
    ['not JSON', '{"TENANT_ID": "secret-text'],
    ['a list', []],
    ['missing', undefined],
  ])('is rejected if it is %s', (_, value) => {
    const name = value === undefined ? path.join(folder, 'none.json') : file(value);
    expect(() => withSettingsFile(name, {})).toThrow('--config');
    expect(() => withSettingsFile(name, {})).not.toThrow('secret-text');
  });

  it('has a published schema, which knows no secret', () => {
    const published = JSON.parse(readFileSync('docs/schema/config.schema.json', 'utf8'));
    expect(published).toEqual(settingsFileSchema());
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(published);
    expect(validate({ TENANT_ID: 'a', MAX_RESOLVED_PERCENT: 20, RULES_OFF: ['a'] })).toBe(true);
    expect(validate({ TEAMS_WEBHOOK_URL: 'x' })).toBe(false);
    expect(fileSettings.some(({ secret }) => secret)).toBe(false);
  });
});
