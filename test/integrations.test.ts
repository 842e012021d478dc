import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { webhookChannel } from '../src/alerts/channels/webhook/webhook-channel.js';
import { appeared, digestOf, hostileNames } from './alerts/examples.js';

const text = (file: string) => readFileSync(file, 'utf8');
const blocksOf = (file: string, language: string) =>
  [...text(file).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
const pages = readdirSync('docs/integrations').filter((file) => file.endsWith('.md'));
const folder = mkdtempSync(path.join(tmpdir(), 'consentinel-integrations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  uses?: string;
  run?: string;
  id?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

describe('action.yml', () => {
  const action = parse(text('action.yml'));
  const steps: Step[] = action.runs.steps;

  it('is a composite action: each script has a shell, and each input is used', () => {
    expect(action.runs.using).toBe('composite');
    for (const step of steps) expect('uses' in step || ('run' in step && 'shell' in step)).toBe(true);
    const used = [...text('action.yml').matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name]) => name);
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { description } of Object.values<{ description: string }>(action.inputs))
      expect(description).toBeTruthy();
  });

  it('pins actions by commit and puts no expression into a script', () => {
    for (const { uses, run } of steps) {
      if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
      expect(run ?? '').not.toContain('${{');
    }
  });

  it('is explained by docs/integrations/github-action.md', () => {
    const page = text('docs/integrations/github-action.md');
    for (const name of Object.keys(action.inputs)) expect(page).toContain(`| \`${name}\` |`);
    const [workflow] = blocksOf('docs/integrations/github-action.md', 'yaml').map((block) => parse(block));
    expect(workflow.jobs.scan.permissions).toMatchObject({ 'id-token': 'write', 'security-events': 'write' });
    const used: Step[] = workflow.jobs.scan.steps;
    expect(used.map(({ uses }) => uses?.split('@')[0])).toEqual([
      'azure/login',
      'OWNER/consentinel',
      'github/codeql-action/upload-sarif',
    ]);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used[1]?.with ?? {})));
    const outputs = [...JSON.stringify(used).matchAll(/steps\.consentinel\.outputs\.(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(outputs));
  });
});

it('the pipeline of Azure DevOps runs existing scripts with the settings of the scan script', () => {
  const [pipeline] = blocksOf('docs/integrations/azure-devops.md', 'yaml').map((block) => parse(block));
  const steps: { task?: string; inputs?: Record<string, string>; env?: Record<string, string> }[] =
    pipeline.jobs[0].steps;
  const scan = steps.find(({ task }) => task === 'AzureCLI@2');
  expect(scan?.inputs?.inlineScript).toBe('node scripts/pipeline-scan.js');
  const script = text('scripts/pipeline-scan.js');
  for (const name of Object.keys(scan?.env ?? {})) expect(script).toContain(`process.env.${name}`);
});

describe('scripts/pipeline-scan.js', () => {
  let simulator: ReturnType<typeof spawn>;
  let settings: Record<string, string>;
  beforeAll(async () => {
    simulator = spawn(process.execPath, ['dist/cli.js', 'simulate'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let printed = '';
    // The last line that it prints. The pipe stays open: a program without a reader of its output ends.
    await new Promise<void>((resolve) =>
      simulator.stdout?.on('data', (part) => {
        printed += part;
        if (/REMEDIATOR_CLIENT_ID=.*\n/.test(printed)) resolve();
      }),
    );
    settings = Object.fromEntries([...printed.matchAll(/export (\w+)=(.*)/g)].map(([, name, value]) => [name, value]));
  }, 30_000);
  afterAll(() => void simulator.kill());

  const scan = async (environment: Record<string, string>) => {
    const cwd = mkdtempSync(path.join(folder, 'scan-'));
    const outputs = path.join(cwd, 'outputs.txt');
    writeFileSync(outputs, '');
    const { PATH, HOME, SystemRoot, TEMP, USERPROFILE } = process.env;
    const env = { PATH, HOME, SystemRoot, TEMP, USERPROFILE, GITHUB_OUTPUT: outputs, ...environment };
    const { code, stderr } = await promisify(execFile)(process.execPath, [path.resolve('scripts/pipeline-scan.js')], {
      cwd,
      env,
    }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
    const lines = text(outputs).trim().split('\n');
    return { code, stderr, cwd, outputs: Object.fromEntries(lines.map((line) => line.split('='))) };
  };

  it('writes the report and its outputs, and fails for findings of the severity', async () => {
    const strict = await scan({ ...settings, CONSENTINEL_FAIL_ON: 'high' });
    expect(strict.code).toBe(1);
    expect(strict.stderr).toMatch(/\d+ open findings of severity high or higher/);
    const sarif = JSON.parse(text(path.join(strict.cwd, 'consentinel.sarif')));
    expect(sarif.version).toBe('2.1.0');
    expect(Number(strict.outputs.open)).toBeGreaterThan(Number(strict.outputs.failing));
    expect(Number(strict.outputs.failing)).toBeGreaterThan(0);
    const lenient = await scan({ ...settings, CONSENTINEL_FAIL_ON: 'critical', CONSENTINEL_FORMAT: 'html' });
    expect(lenient).toMatchObject({ code: 0, outputs: { failing: '0' } });
    expect(statSync(path.join(lenient.cwd, 'consentinel.html')).size).toBeGreaterThan(10_000);
  }, 120_000);

  it('names all wrong inputs, and scans nothing', async () => {
    const { code, stderr } = await scan({ CONSENTINEL_FORMAT: 'xml', CONSENTINEL_FAIL_ON: 'huge' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/"xml".*sarif[\s\S]*"huge".*critical/);
  });
});

describe('the recipes of the signed webhook', () => {
  const secret = 'a secret of more than 16 characters';
  const clock = { now: () => new Date().toISOString() };
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const load = async (page: string) => {
    const block = blocksOf(`docs/integrations/${page}.md`, 'js').find((code) =>
      code.includes('export async function create'),
    );
    const file = path.join(folder, `${page}.mjs`);
    writeFileSync(file, block ?? '');
    return (await import(pathToFileURL(file).href)).create;
  };
  const digest = () => {
    const built = digestOf(hostileNames.map((displayName, i) => appeared(`app ${i}`, { displayName })));
    if (!built) throw new Error('The example has no news.');
    return built;
  };
  const deliver = async (url: string, signedWith = secret) => {
    for (const delivery of await webhookChannel({ url, secret: signedWith }, clock).deliveries(digest()))
      await delivery.send();
  };

  /** Each service as its API is documented: what exists, and what a request creates. */
  const tickets: { title: string; key: string }[] = [];
  const services: Record<string, { options: object; answer(url: string, body: Record<string, never>): object }> = {
    jira: {
      options: { user: 'u', token: 't', project: 'IAM' },
      answer: (url, body) => {
        if (url.endsWith('/search/jql'))
          return { issues: tickets.filter(({ key }) => String(body.jql).includes(`"${key}"`)) };
        const { summary, labels } = (body as unknown as { fields: { summary: string; labels: string[] } }).fields;
        tickets.push({ title: summary, key: labels[1] ?? '' });
        return { id: '1' };
      },
    },
    servicenow: {
      options: { authorization: 'Bearer t' },
      answer: (url, body) => {
        if (url.includes('?'))
          return { result: tickets.filter(({ key }) => decodeURIComponent(url).includes(`correlation_id=${key}`)) };
        tickets.push({ title: body.short_description ?? '', key: body.correlation_id ?? '' });
        return { result: {} };
      },
    },
    slack: {
      options: { token: 't', channel: 'C1' },
      answer: (_, body) => {
        tickets.push({ title: JSON.stringify(body), key: '' });
        return { ok: true };
      },
    },
  };

  it.each(Object.entries(services))('%s: a real alert creates one ticket for each finding', async (page, service) => {
    tickets.length = 0;
    const origin = await serve(async (request, response) => {
      let body = '';
      for await (const part of request.setEncoding('utf8')) body += part;
      const answer = service.answer(request.url ?? '', JSON.parse(body || '{}'));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    const create = await load(page);
    const { receiver } = await import(pathToFileURL(path.resolve('docs/integrations/receiver.mjs')).href);
    const start = () =>
      serve(receiver({ secret, create: (f: object, a: object) => create(f, a, { ...service.options, origin }) }));
    const url = await start();
    await deliver(url);
    expect(tickets).toHaveLength(hostileNames.length);
    await deliver(url);
    expect(tickets).toHaveLength(hostileNames.length);
    // A receiver that was restarted has no memory of deliveries; the service has the tickets.
    if (page !== 'slack') await deliver(await start());
    expect(tickets).toHaveLength(hostileNames.length);
    await expect(deliver(url, 'another secret of 16 characters')).rejects.toMatchObject({ code: 'alert-undelivered' });
    expect(tickets).toHaveLength(hostileNames.length);
  });

  it('are linked from the index', () => {
    for (const page of pages) expect(text('docs/README.md')).toContain(`(integrations/${page})`);
  });
});
