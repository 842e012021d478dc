// Takes the screenshots of docs/images/ from the demo: one simulated night in a temporary folder, then the review page of
// `consentinel serve` in Chromium. It needs a build (npm run build) and Chromium: /usr/bin/chromium, or the path in CHROMIUM.
//
//   npm run screenshots
//
// The format is WebP with quality 80: text stays sharp, and each file has less than 150 KB. The quality of a larger file is
// reduced until it fits.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { cardPage } from './card-page.js';

const out = path.resolve('docs/images');
const cli = path.resolve('dist/cli.js');
const cwd = mkdtempSync(path.join(tmpdir(), 'consentinel-screenshots-'));
const { PATH, HOME, SystemRoot, TEMP, USERPROFILE } = process.env;
const plain = { PATH, HOME, SystemRoot, TEMP, USERPROFILE };
const largest = 150 * 1024;
const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };
const started = [];

/** Starts a program, and waits for the first line of its output that matches. */
function start(args, env, expected) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (part) => {
      text += part;
      const found = expected.exec(text);
      if (found) resolve(found[0]);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${text}`)));
  });
}

/** The findings of the demo, for the address of one. */
function findings(env) {
  const args = [cli, 'findings', '--output', 'json'];
  return JSON.parse(execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

/** The first alert of a new installation, as Teams receives it. */
async function teamsCard(env) {
  let card;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    if (request.method === 'POST') card = JSON.parse(body);
    response.writeHead(202).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(path.join(cwd, 'alert-'));
  const url = `http://127.0.0.1:${server.address().port}/workflows/1?sig=x`;
  const child = spawn(process.execPath, [cli, 'scan', '--alert'], {
    cwd: folder,
    env: { ...env, TEAMS_WEBHOOK_URL: url },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await new Promise((resolve) => child.once('exit', resolve));
  server.close();
  if (!card) throw new Error('The scan sent no card.');
  return card.attachments[0].content;
}

/** Saves what the window shows. Playwright has no WebP, but the protocol of Chromium has. */
async function save(page, name) {
  const session = await page.context().newCDPSession(page);
  for (let quality = 80; ; quality -= 10) {
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
    const image = Buffer.from(data, 'base64');
    if (image.length >= largest && quality > 20) continue;
    if (image.length >= largest) throw new Error(`${name} has ${image.length} bytes.`);
    writeFileSync(path.join(out, `${name}.webp`), image);
    console.log(`${name}.webp ${Math.ceil(image.length / 1024)} KB`);
    return;
  }
}

/** The pages to show: file, address, and what else differs from the wide, light page. */
function shots(origin, all, card) {
  const named = (name, ruleId) => {
    const found = all.find((one) => one.displayName === name && one.ruleId === ruleId);
    if (!found) throw new Error(`The demo has no finding of ${ruleId} on ${name}.`);
    return found;
  };
  const key = named('Expense Portal', 'no-symmetric-signing-key');
  const consent = named('Payments Back', 'require-granted-permission');
  const [withPlan] = all.filter(
    ({ ruleId, status, remediation }) => ruleId === key.ruleId && status !== 'resolved' && remediation,
  );
  return [
    { name: 'overview', url: `${origin}/` },
    { name: 'overview-dark', url: `${origin}/`, colorScheme: 'dark' },
    { name: 'findings', url: `${origin}/findings` },
    { name: 'findings-390', url: `${origin}/findings`, viewport: narrow },
    { name: 'finding', url: `${origin}/findings/${(withPlan ?? key).id}` },
    { name: 'finding-390', url: `${origin}/findings/${(withPlan ?? key).id}`, viewport: narrow },
    { name: 'diagnose', url: `${origin}/diagnose?app=${key.appId}&code=AADSTS50000` },
    { name: 'reachability', url: `${origin}/diagnose?app=${consent.appId}&code=AADSTS65001` },
    { name: 'audit', url: `${origin}/audit` },
    { name: 'scans-dark', url: `${origin}/scans`, colorScheme: 'dark' },
    { name: 'report', url: pathToFileURL(path.join(cwd, '.consentinel/night/report.html')).href },
    { name: 'teams-card', html: cardPage(card), viewport: { width: 640, height: 800 } },
  ];
}

async function take(origin, signIn, all, card) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`The screenshots need ${executablePath}: apt-get install chromium`);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  try {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
    await (await context.newPage()).goto(signIn);
    for (const { name, url, html, viewport = wide, colorScheme = 'light' } of shots(origin, all, card)) {
      const page = await context.newPage();
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      if (html) await page.setContent(html);
      else {
        const answer = await page.goto(url, { waitUntil: 'load' });
        if (answer && answer.status() >= 400) throw new Error(`${url} answered ${answer.status()}.`);
      }
      await page.evaluate(() => document.fonts.ready);
      await save(page, name);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

try {
  mkdirSync(out, { recursive: true });
  const night = spawnSync(process.execPath, [cli, 'demo'], { cwd, env: plain, encoding: 'utf8' });
  if (night.status !== 0) throw new Error(`The night ended with ${night.status}: ${night.stderr}`);
  const printed = await start(
    [cli, 'simulate', '--objects', '20000'],
    plain,
    /[\s\S]*IDENTITY_ENDPOINT=.*\n[\s\S]*IDENTITY_HEADER=.*\n/,
  );
  const settings = Object.fromEntries([...printed.matchAll(/export (\w+)='?([^'\n]*)'?/g)].map(([, k, v]) => [k, v]));
  const env = { ...plain, ...settings };
  const card = await teamsCard(env);
  const all = findings(env);
  const signIn = await start([cli, 'serve', '--host', '127.0.0.1'], env, /http:\/\/127\.0\.0\.1:\S+/);
  await take(new URL(signIn).origin, signIn, all, card);
} finally {
  for (const child of started) child.kill();
  rmSync(cwd, { recursive: true, force: true, maxRetries: 5 });
}
