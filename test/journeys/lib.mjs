// lib.mjs: what the browser journeys share: a fresh demo database, a server on a free port, Chromium, signing in, axe,
// and TAP lines. Environment: QF_BIN the program, QF_ROOT the source tree, QF_LOUD to hear the server's log.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.env.QF_ROOT ?? process.cwd();
export const bin = process.env.QF_BIN ?? join(root, 'build/release/qingfeng');
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// Starts everything; the answer has url, account and stop(). fresh: an empty database with the sample forms instead of
// the demo; then codes has the one-time code of each administrator. prepare(db): done to the database before it is served;
// serve: more options of the server.
export async function start({ members = 300, seed = 1, house = false, fresh = false, prepare = null, serve = [] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'qf-journey-'));
  const db = join(dir, 'demo.db'), accounts = join(dir, 'accounts');
  const codes = {};
  let account = null, all = [];
  if (fresh) {
    const said = execFileSync(bin, ['init', '--db', db], { encoding: 'utf8' });
    for (const line of said.trim().split('\n')) { codes[line.split(' ')[0]] = line.split(' ')[1]; }
    const forms = readdirSync(join(root, 'test/lrmx-samples')).filter((n) => n.endsWith('.lrmx')).map((n) => join(root, 'test/lrmx-samples', n));
    execFileSync(bin, ['import', '--db', db, '--accept', 'valid', ...forms], { stdio: 'ignore' });
  } else {
    execFileSync(bin, ['demo', '--db', db, '--members', String(members), '--seed', String(seed), '--accounts', accounts, ...(house ? ['--house'] : [])], { stdio: 'ignore' });
    all = readFileSync(accounts, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    account = all[0];
  }
  if (prepare) { prepare(db); }
  const server = spawn(bin, ['serve', '--db', db, '--listen', '127.0.0.1:0', ...serve], { stdio: ['ignore', 'pipe', process.env.QF_LOUD ? 'inherit' : 'ignore'] });
  const url = await new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (d) => {
      said += d;
      const m = said.match(/https?:\/\/\S+?\/\n/);
      if (m) { resolve(m[0].trim().replace(/\/$/, '')); }
    });
    server.on('exit', (code) => reject(new Error('the server ended with ' + code)));
  });
  const browser = await chromium.launch({ executablePath: process.env.QF_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const stop = async () => {
    await browser.close();
    server.removeAllListeners('exit');
    server.kill('SIGTERM');
    await new Promise((done) => server.once('exit', done));
    rmSync(dir, { recursive: true, force: true });
  };
  return { url, account, accounts: all, codes, keys: {}, browser, db, dir, stop };
}

// A context in a language; faults collects what the page said to the console and what it could not load.
export async function person(world, { lang = 'zh-CN', width = 1366, height = 768, script = true } = {}) {
  const context = await world.browser.newContext({ viewport: { width, height }, locale: lang, javaScriptEnabled: script,
    extraHTTPHeaders: { 'Accept-Language': lang }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (m) => { if (m.type() === 'error') { faults.push(m.text()); } });
  page.on('pageerror', (e) => faults.push(String(e)));
  return { context, page, faults };
}

// ---- the second factor ----
const last = {};

function base32(text) {
  let bits = '';
  for (const c of text.replace(/\s/g, '')) { bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'); }
  return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
}

function totp(secret, step) {
  const message = Buffer.alloc(8);
  message.writeBigInt64BE(BigInt(step));
  const md = createHmac('sha1', base32(secret)).update(message).digest();
  return String((md.readUInt32BE(md[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// What an authenticator with this key shows. A code works once; the next step's is allowed already, one after that only later.
export async function code(secret) {
  const step = Math.max(Math.floor(Date.now() / 30000), (last[secret] ?? 0) + 1);
  const wait = (step - 1) * 30000 - Date.now();
  if (wait > 0) { await new Promise((done) => setTimeout(done, wait + 50)); }
  last[secret] = step;
  return totp(secret, step);
}

// Sets up an authenticator for the account signed in, once for each account of this world, if it has none; its key stays in
// world.keys, and sign-ins and signatures of this account take their codes from there.
async function authenticator(world, page, username) {
  world.keys[username] ??= await (async () => {
    const after = page.url();
    await page.goto(world.url + '/login/second');
    if (page.url().includes('/account/again')) {
      await page.fill('#code', world.accounts.find((a) => a.username === username).password);
      await page.click('main button[type=submit]');
    }
    const secret = await page.locator('code.secret').textContent();
    await page.fill('#code', await code(secret));
    await page.click('main button[type=submit]');
    await page.waitForURL((u) => !u.pathname.startsWith('/login'));
    await page.goto(after);
    return secret;
  })();
}

// On the page of a signature: answers it ("give", "refuse") with whatever it asks for, by a click or another act.
export async function signature(world, page, username, answer, act = () => page.click(`button[value=${answer}]`)) {
  await authenticator(world, page, username);
  if (await page.locator('#code').count() > 0) { await page.fill('#code', await code(world.keys[username])); }
  await act();
}

// A signed-in person of another office, by the name of its demo account ("minister", "contact_audit"); options as person.
export async function office(world, username, options) {
  const who = await person(world, options), account = world.accounts.find((a) => a.username === username);
  await who.page.goto(world.url + '/login');
  await who.page.fill('#username', account.username);
  await who.page.fill('#password', account.password);
  await who.page.press('#password', 'Enter');
  await who.page.waitForURL((u) => u.pathname !== '/login');
  if (world.keys[username]) {
    await who.page.fill('#code', await code(world.keys[username]));
    await who.page.click('main button[type=submit]');
    await who.page.waitForURL((u) => !u.pathname.startsWith('/login'));
  }
  return { ...who, account };
}

// Signs in and waits until the columns stand.
export async function signIn(world, page) {
  await page.goto(world.url + '/login');
  await page.fill('#username', world.account.username);
  await page.fill('#password', world.account.password);
  await page.press('#password', 'Enter');
  await page.waitForURL((u) => u.pathname !== '/login');
  for (let i = 0; i < 200; i++) {
    const answer = await page.request.get(world.url + '/roster/member?size=1', { headers: { Accept: 'application/json' } });
    if (answer.ok()) { return; }
    await new Promise((r) => setTimeout(r, 50));
  }
  throw new Error('the columns never stood');
}

// Serious and critical violations, a line each.
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations);
  return found.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', '));
}

// Does anything stick out of the page at the side?
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

let n = 0, failed = 0;
export function ok(holds, text, ...why) {
  n++;
  if (!holds) { failed++; }
  console.log(`${holds ? 'ok' : 'not ok'} ${n} - ${text}`);
  if (!holds) { why.flat().forEach((w) => console.log('# ' + (typeof w === 'string' ? w : JSON.stringify(w)))); }
}

// The page is sound: no serious violation, nothing sticks out. QF_SHOTS=FOLDER keeps a picture of it.
export async function look(page, name) {
  if (process.env.QF_SHOTS) { await page.screenshot({ path: `${process.env.QF_SHOTS}/${name}.png`, fullPage: true }); }
  const bad = await violations(page);
  ok(bad.length === 0, `${name}: axe finds nothing serious`, bad);
  ok(await overflow(page) <= 0, `${name}: nothing sticks out`);
}

// Runs a journey: a fault in it is a failure, and the exit status tells.
export async function journey(fn, options) {
  let world;
  try {
    world = await start(options);
    await fn(world);
  } catch (e) {
    ok(false, 'the journey comes to its end', String(e.stack ?? e));
  } finally {
    if (world) { await world.stop(); }
  }
  console.log('1..' + n);
  process.exit(failed > 0 ? 1 : 0);
}
