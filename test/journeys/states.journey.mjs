// states.journey.mjs: what is not a result says so, each in words of its own: still loading, not finished, not allowed,
// nothing found. Large font and a page enlarged to 200 % hide nothing; forms are filled by keyboard alone.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, journey, ok, overflow, person, signIn, violations } from './lib.mjs';

const words = (page) => page.locator('.state h2, .state h3').first().textContent();

// A server on a PostgreSQL of its own whose cadres are locked, so that its columns cannot come to an end.
async function lockedServer(world, page) {
  const name = `qf_states_${process.pid}_${Date.now() % 100000}`, url = process.env.QF_PG_URL.replace('/qf?', `/${name}?`);
  execFileSync('psql', ['-q', process.env.QF_PG_URL, '-c', `CREATE DATABASE ${name}`]);
  const accounts = join(world.dir, name);
  execFileSync(bin, ['demo', '--db', url, '--members', '150', '--seed', '2', '--accounts', accounts], { stdio: 'ignore' });
  const account = JSON.parse(readFileSync(accounts, 'utf8').split('\n')[0]);
  const lock = spawn('psql', ['-qtA', url], { stdio: ['pipe', 'pipe', 'ignore'] });
  await new Promise((done) => { lock.stdout.once('data', done); lock.stdin.write('BEGIN; LOCK TABLE roster_member IN ACCESS EXCLUSIVE MODE; SELECT 1;\n'); });
  const server = spawn(bin, ['serve', '--db', url, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const base = await new Promise((resolve) => server.stdout.on('data', (d) => { const m = String(d).match(/http:\/\/\S+?\/\n/); if (m) { resolve(m[0].trim().replace(/\/$/, '')); } }));
  const unlock = () => new Promise((done) => { lock.once('exit', done); lock.stdin.end('COMMIT;\n'); });
  const stop = async () => {
    server.kill('SIGTERM');
    await new Promise((done) => server.once('exit', done));
    execFileSync('psql', ['-q', process.env.QF_PG_URL, '-c', `DROP DATABASE ${name}`]);
  };
  await page.goto(base + '/login');
  await page.fill('#username', account.username);
  await page.fill('#password', account.password);
  await page.press('#password', 'Enter');
  await page.waitForURL((u) => u.pathname !== '/login');
  return { base, unlock, stop };
}

async function loading(world, lang) {
  const { context, page } = await person(world, { lang });
  const server = await lockedServer(world, page);
  const answer = await page.goto(server.base + '/roster/member?sort=name');
  const said = await words(page), percent = lang === 'en' ? /\d+ ?%/ : /\d+ ?%/;
  ok(answer.status() === 503 && percent.test(said), `while the columns load the list says how far (${lang})`, said);
  ok((await violations(page)).length === 0 && await overflow(page) <= 0, `axe finds nothing on it (${lang})`);
  await server.unlock();
  const again = page.locator('#error a', { hasText: lang === 'en' ? 'Try again' : '再试一次' });
  let rows = 0;
  for (let i = 0; i < 100 && rows === 0; i++) {
    if (await again.count() > 0) { await again.click(); await page.waitForLoadState(); }
    rows = await page.locator('#roster tbody tr').count();
  }
  ok(rows > 0 && page.url().endsWith('sort=name'), `"try again" leads to the list asked for (${lang})`, page.url());
  await context.close();
  await server.stop();
  return said;
}

async function states(world, lang) {
  const { context, page } = await person(world, { lang });
  const said = [];
  await signIn(world, page);
  await page.goto(world.url + '/roster/member?filter=age+%3E+140');
  said.push(await words(page));
  ok((await violations(page)).length === 0, `axe finds nothing where nothing is found (${lang})`);
  const refused = await page.goto(world.url + '/kernel/setting');
  said.push(await words(page));
  ok(refused.status() === 403 && (await violations(page)).length === 0, `what the office may not see is refused (${lang})`);
  await page.goto(world.url + '/roster/member');
  await page.route('**/roster/member?**', () => {}); // no answer comes
  await page.evaluate(() => { window.htmx.config.timeout = 300; });
  const before = await page.locator('#roster tbody tr').count();
  await page.fill('#f-n', 'z');
  await page.press('#f-n', 'Enter');
  await page.waitForSelector('#late');
  said.push(await words(page));
  ok(await page.evaluate(() => document.activeElement.id) === 'late', `the focus goes to "not finished" (${lang})`);
  ok(await page.locator('#roster tbody tr').count() === before && await page.inputValue('#f-n') === 'z', `list and input stay as they were (${lang})`);
  ok((await violations(page)).length === 0, `axe finds nothing on it (${lang})`);
  await page.unroute('**/roster/member?**');
  await page.evaluate(() => { window.htmx.config.timeout = 30000; });
  await page.press('#f-n', 'Enter');
  await page.waitForURL(/q=z/);
  await page.waitForSelector('#late', { state: 'detached' });
  ok(true, `an answer takes it away (${lang})`);
  await context.close();
  if (process.env.QF_PG_URL) { said.push(await loading(world, lang)); }
  ok(new Set(said).size === said.length && said.every((s) => s.trim().length > 3), `each state has words of its own (${lang})`, said);
}

// Texts cut off at the side or laid over each other, and what one can press hidden under something else.
function hidden() {
  const wrong = [], seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 0;
  for (const e of document.querySelectorAll('main h1, main h2, main h3, main p, main a, main label, main button, main summary, main th, main td, main .v, .rail a, .top a, .top summary')) {
    if (!seen(e) || e.closest('.sr, .tw, [hidden], .skip')) { continue; }
    const style = getComputedStyle(e);
    if (e.scrollWidth > e.clientWidth + 2 && style.overflowX !== 'visible' && style.display !== 'inline') { wrong.push('cut off: ' + e.textContent.trim().slice(0, 40)); }
    const box = e.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth + 2) { wrong.push('beyond the page: ' + e.textContent.trim().slice(0, 40)); }
  }
  const press = [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, main summary')].filter((e) => seen(e) && !e.closest('.tw, .sr'));
  for (const e of press) {
    e.scrollIntoView({ block: 'center' });
    const box = e.getBoundingClientRect(), at = document.elementFromPoint(box.left + Math.min(box.width / 2, 12), box.top + box.height / 2);
    if (at !== null && at !== e && !e.contains(at) && !at.contains(e) && !(at.tagName === 'LABEL')) { wrong.push(`under <${at.tagName.toLowerCase()} ${at.className}>: ` + (e.textContent.trim() || e.name || e.id).slice(0, 40)); }
  }
  return wrong.slice(0, 8);
}

// 200 % of 1366 x 768 leaves 683 x 384; the large font enlarges the page's own letters.
async function enlarged(world) {
  for (const [what, size, large, lang] of [['enlarged to 200 %', { width: 683, height: 384 }, false, 'zh-CN'], ['in large letters', { width: 1366, height: 768 }, true, 'zh-CN'],
    ['in large letters enlarged to 200 %', { width: 683, height: 384 }, true, 'zh-CN'], ['in large letters enlarged to 200 %, in English', { width: 683, height: 384 }, true, 'en']]) {
    const { context, page } = await person(world, { ...size, lang });
    await signIn(world, page);
    if (large) { await page.evaluate(() => localStorage.setItem('qf-size', 'large')); }
    const some = await (await page.request.get(world.url + '/roster/member?size=1', { headers: { Accept: 'application/json' } })).json();
    for (const path of ['/', '/roster/member', `/roster/member/${some.rows[0].id}`, '/roster/unit', '/roster/unit/5', '/findings', '/records', '/roster/post/7/edit', '/roster/import', '/roster/member/export', '/rules/DISC-SW']) {
      await page.goto(world.url + path);
      const wrong = await page.evaluate(hidden), wide = await overflow(page);
      ok(wrong.length === 0 && wide <= 0, `${path} hides nothing ${what}`, wide > 0 ? `${wide} px beyond the page` : '', wrong);
    }
    await context.close();
  }
}

const focused = (page) => page.evaluate(() => {
  const e = document.activeElement, style = getComputedStyle(e), around = e.matches(':focus-visible') && (parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none');
  return { id: e.id, name: e.name ?? '', tag: e.tagName, around, top: e.getBoundingClientRect().top, left: e.getBoundingClientRect().left };
});

async function keyboard(world) {
  const { context, page } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  let reached = false;
  await page.goto(world.url + '/');
  for (let i = 0; i < 60 && !reached; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => ({ href: document.activeElement.getAttribute('href'), tag: document.activeElement.tagName, open: document.activeElement.parentElement.open }));
    if (at.tag === 'SUMMARY' && at.open === false && await page.evaluate(() => document.activeElement.closest('.rail') !== null)) { await page.keyboard.press('Enter'); }
    reached = at.href === '/records';
  }
  ok(reached, 'the records are reached from the menu by keyboard');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/records$/);
  ok(await page.locator('a[href="/roster/award"]').count() === 1 && (await violations(page)).length === 0, 'every record has its place there, and axe finds nothing');
  await page.goto(world.url + '/roster/award/new');
  await page.locator('main form input:not([type=hidden]), main form select, main form textarea').first().focus();
  const order = [];
  let invisible = 0;
  for (let i = 0; i < 40; i++) {
    const at = await focused(page);
    if (at.tag === 'BUTTON' || at.tag === 'BODY') { break; }
    order.push(at);
    invisible += at.around ? 0 : 1;
    await page.keyboard.press('Tab');
  }
  const boxes = await page.locator('main form input:not([type=hidden]), main form select, main form textarea').count();
  ok(order.length === boxes, 'Tab comes to every box of the form once', `${order.length} of ${boxes}`);
  ok(order.every((at, i) => i === 0 || at.top > order[i - 1].top - 1 || at.left > order[i - 1].left), 'from top to bottom', order.map((o) => o.name));
  ok(invisible === 0, 'each shows that it has the focus', order.filter((o) => !o.around).map((o) => o.name));
  await page.locator('main form input:not([type=hidden])').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.sum-bad');
  ok(await page.evaluate(() => document.activeElement.classList.contains('sum-bad')), 'Enter sends the form; what is wrong gets the focus');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const led = await focused(page);
  ok(led.tag !== 'A' && led.id.startsWith('f-'), 'a line of it leads to its box', led);
  await context.close();
}

await journey(async (world) => {
  await states(world, 'zh-CN');
  await states(world, 'en');
  await enlarged(world);
  await keyboard(world);
});
