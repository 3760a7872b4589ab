// scenario.mjs BIN DATABASE [ACCOUNTS]: a year of matters, 2016, in an invented district, entered as its offices enter
// them: they sign in and send what the pages send. Nothing is written into tables. A new DATABASE is filled with a
// district first; for one that stands, ACCOUNTS is what `demo --accounts` wrote. What comes of it: README.md beside.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [bin, database, given] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'qf-figures-'));
const MEMBERS = 400;

// ---- the district and its offices ----
function district() {
  const url = /^postgres(ql)?:/.test(database);
  if (!url && existsSync(database) && !given) {
    throw new Error(`${database} exists; name a new file, or say ACCOUNTS=FILE, as demo --accounts wrote it`);
  }
  const accounts = given || join(scratch, 'accounts');
  if (!given) {
    execFileSync(bin, ['demo', '--db', database, '--members', String(MEMBERS), '--seed', '2016', '--accounts', accounts],
      { env: { ...process.env, QF_TEST_DAY: '2016-01-04' }, stdio: 'ignore' });
  }
  return new Map(readFileSync(accounts, 'utf8').trim().split('\n').map((l) => JSON.parse(l)).map((a) => [a.username, a]));
}

// ---- a day: the server with its clock on it, and who is signed in ----
const SIGNERS = ['minister', 'party_secretary'];
let base, server, offices, sessions, noon;
async function morning(day) {
  sessions = new Map();
  noon = Date.parse(day + 'T12:00:00+08:00');
  server = spawn(bin, ['serve', '--db', database, '--listen', '127.0.0.1:0'],
    { env: { ...process.env, QF_TEST_DAY: day }, stdio: ['ignore', 'pipe', 'ignore'] });
  base = await new Promise((found, failed) => {
    let said = '';
    server.stdout.on('data', (d) => { const m = (said += d).match(/http:\/\/[^\s/]+/); if (m) { found(m[0]); } });
    server.once('exit', (code) => failed(new Error(`the server of ${day} ended with ${code}`)));
  });
}
async function evening() {
  const gone = new Promise((done) => server.once('exit', done));
  server.kill('SIGTERM');
  await gone;
  server = null;
}
const token = (html) => html.match(/name="csrf" value="([^"]*)"/)[1];
// Cookies as a browser keeps them: the newest of each name.
function keep(cookie, answer) {
  const jar = new Map(cookie.split('; ').filter(Boolean).map((c) => [c.split('=')[0], c]));
  for (const line of answer.headers.getSetCookie()) { jar.set(line.split('=')[0], line.split(';')[0]); }
  return [...jar.values()].join('; ');
}
// What an authenticator with this key shows at noon of the day.
function code(key) {
  let bits = '';
  for (const c of key.replace(/\s/g, '')) { bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'); }
  const message = Buffer.alloc(8);
  message.writeBigInt64BE(BigInt(Math.floor(noon / 30000)));
  const md = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(message).digest();
  return String((md.readUInt32BE(md[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}
// One page of signing in: shows a form, is answered; where it leads, and the cookies from then on.
async function door(path, cookie, answers) {
  const page = await fetch(base + path, { headers: { Cookie: cookie } });
  const html = await page.text(), jar = keep(cookie, page);
  const answer = await fetch(base + path, { method: 'POST', redirect: 'manual', headers: { Cookie: jar },
    body: new URLSearchParams({ csrf: token(html), ...answers(html) }) });
  if (answer.status !== 303) { throw new Error(`${path} is answered ${answer.status}`); }
  return { to: answer.headers.get('location'), cookie: keep(jar, answer) };
}
// Signs in for the day. Who signs letters sets up an authenticator the first time and shows its code from then on.
async function session(username) {
  if (sessions.has(username)) { return sessions.get(username); }
  const account = offices.get(username);
  let at = await door('/login', '', () => ({ username, password: account.password }));
  if (at.to.startsWith('/login/code')) { at = await door('/login/code', at.cookie, () => ({ code: code(account.key) })); }
  if (SIGNERS.includes(username) && !account.key) {
    at = await door('/login/second', at.cookie, (html) => ({ code: code(account.key = html.match(/class="secret">([^<]*)</)[1]) }));
  }
  const csrf = token(await (await fetch(base + '/account', { headers: { Cookie: at.cookie } })).text());
  sessions.set(username, { cookie: at.cookie, csrf });
  return sessions.get(username);
}
async function get(username, path) {
  const { cookie } = await session(username);
  for (let i = 0; ; i++) {
    const answer = await fetch(base + path, { headers: { Cookie: cookie, Accept: 'application/json' } });
    if (answer.ok) { return answer.json(); }
    if (answer.status !== 503 || i > 200) { throw new Error(`GET ${path} as ${username}: ${answer.status} ${await answer.text()}`); }
    await answer.arrayBuffer();
    await new Promise((r) => setTimeout(r, 50));
  }
}
// Status and where it led. what: an object sent as JSON, or a form with files.
async function post(username, path, what) {
  const { cookie, csrf } = await session(username);
  const form = what instanceof FormData;
  if (form) { what.set('csrf', csrf); }
  const answer = await fetch(base + path, { method: 'POST', redirect: 'manual', body: form ? what : JSON.stringify(what),
    headers: { Cookie: cookie, Accept: 'application/json', ...(form ? {} : { 'Content-Type': 'application/json' }) } });
  return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
}

// ---- what an office does with a matter ----
async function open(username, flow, title, values) {
  const done = await post(username, `/desk/open/${flow}`, { title, ...values });
  if (done.status !== 303) { throw new Error(`${username} cannot open ${flow}: ${done.status} ${done.text}`); }
  return Number(done.to.match(/\d+$/)[0]);
}
// As somebody with a matter before him does: what he sends names the revision he saw; when the clock moved it
// meanwhile, he looks again.
async function act(username, id, path, what) {
  for (let i = 0; ; i++) {
    const matter = await get(username, `/desk/${id}`);
    const done = await post(username, `/desk/${id}/${path(matter)}`, what(matter));
    if (done.status === 303) { return; }
    if (done.status !== 409 || i > 3) { throw new Error(`${username}, matter ${id} (${matter.flow}, ${matter.state}): ${done.status} ${done.text}`); }
  }
}
const step = (username, id, name, values = {}) =>
  act(username, id, () => `step/${name}`, (m) => ({ ...m.content, rev: m.rev, ...values }));
// The signer is shown a text and sends back that text, so that what he signed is what he saw.
async function sign(username, id) {
  const wanted = (await get(username, `/desk/${id}`)).signatures.find((s) => s.state === 'wanted');
  const shown = await get(username, `/desk/${id}/sign/${wanted.id}`);
  const done = await post(username, `/desk/${id}/sign/${wanted.id}`, { rev: shown.rev, text: shown.text, answer: 'give' });
  if (done.status !== 303) { throw new Error(`${username} cannot sign in matter ${id}: ${done.status} ${done.text}`); }
}
// A step of the cadre that came on paper: a colleague of whoever handles the matter enters it with its scan.
const scan = new Blob(['%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'], { type: 'application/pdf' });
const paper = (username, id, name, day, values = {}) => act(username, id, () => `step/${name}`, (m) => {
  const form = new FormData();
  for (const [k, v] of Object.entries({ rev: m.rev, paper: '1', on: day, ...values })) { form.set(k, String(v)); }
  form.set('paper.scan', scan, '签收单.pdf');
  return form;
});

// ---- the year ----
const SOURCES = ['daily', 'audit', 'petition', 'inspection', 'assessment', 'discipline'];
const pick = (list, i) => list[i % list.length];
const pad = (n) => String(n).padStart(2, '0');
let cadres, town, n = 0;
const anyone = () => pick(cadres.slice(0, 97), n++ * 7); // some come twice in a year

async function inOffice(username) {
  const all = [];
  for (let at = '/roster/member?size=200&filter=status+%3D+in_office'; at;) {
    const page = await get(username, at);
    all.push(...page.rows.map((row) => row.id));
    at = page.next;
  }
  return all;
}
// The security administrator issues an account to a second officer of supervision, who enters what comes on paper, since
// nobody enters it in a matter he handles; with his slip he signs in and sets a password of his own.
async function colleague() {
  const form = new URLSearchParams({ csrf: (await session('security')).csrf, what: 'one', name: '陆守则', username: 'colleague' });
  const made = await fetch(base + '/admin/slips', { method: 'POST', headers: { Cookie: (await session('security')).cookie, Accept: 'application/json' }, body: form });
  const slip = (await made.json()).units[0].slips[0], password = 'rain on old roofs';
  const held = (await get('security', '/admin/office')).rows, theirs = held.find((o) => o.role === 'supervision');
  const id = (await get('security', '/auth/account?username=colleague')).rows.find((a) => a.username === 'colleague').id;
  const given = await post('security', '/admin/office', { account: id, role: 'supervision', unit: theirs.unit, from_on: '2016-01-04' });
  if (given.status !== 201) { throw new Error(`no office for the colleague: ${given.status} ${given.text}`); }
  await door('/first', '', () => ({ username: 'colleague', code: slip.code, password, again: password }));
  offices.set('colleague', { username: 'colleague', password });
}
async function reminder(day, i) {
  const form = i % 2 === 0 ? 'letter' : 'talk';
  const id = await open('supervision', 'care.reminder', '苗头性问题提醒', { member: anyone(), source: pick(SOURCES, i), form,
    cause: '日常监督中发现的苗头性、倾向性问题，及早提醒。' });
  await step('supervision', id, form === 'letter' ? 'send' : 'arrange');
  await sign('minister', id);
  if (form === 'talk') { await step('supervision', id, 'talk', { held_on: day, held_by: '秦守正', said: '指出问题，本人表示注意改正。' }); }
  if (i % 3 !== 0) { await paper('colleague', id, 'confirm', day); }
  return id;
}
async function inquirySent(day, i) {
  const id = await open('supervision', 'care.inquiry', '有关问题函询', { member: anyone(), source: pick(SOURCES, i + 1), aspect: pick(['duty', 'style', 'clean'], i),
    cause: '请就群众反映的有关问题作出书面说明。' });
  await step('supervision', id, 'send');
  await sign('minister', id);
  await paper('colleague', id, 'receive', day);
  return id;
}
async function inquiryAnswered(id, day, end) {
  await paper('colleague', id, 'reply', day, { reply: '就所询问题逐项说明如下，附有关材料。' });
  if (end === null) { return; }
  await step('supervision', id, end, { finding: '经研究，对照说明和材料作出处理。', reasons: '说明与核实情况不尽一致。' });
  await sign('minister', id);
}
async function admonitionOpened(day, i) {
  const id = await open('supervision', 'care.admonition', '诫勉', { member: pick(town, i), ground: pick(['4', '8', '10', '3'], i), cause: '核实的事实如下。',
    material: `示核〔2016〕${i + 1}号`, source: pick(SOURCES, i) });
  await step('supervision', id, 'tell');
  await sign('minister', id);
  await paper('colleague', id, 'receive', day);
  await paper('colleague', id, 'reply', day, { reply: '本人认识到问题，愿意改正。' });
  return id;
}
async function admonitionDecided(id, i) {
  await step('supervision', id, 'decide', { form: i % 2 === 0 ? 'letter' : 'talk', finding: '事实清楚，本人陈述已听取。' });
  await sign('minister', id);
  await sign('party_secretary', id);
}
async function talk(month, last, i) {
  const by = pick(['supervision', 'minister', 'cadre_officer'], i), day = `2016-${pad(month)}-${pad(1 + (i * 5) % last)}`;
  const id = await open(by, 'care.talk', '谈心谈话', { member: anyone(), kind: pick(['yearly', 'hardship', 'promotion', 'taking_office'], i), held_on: day,
    held_by: offices.get(by).username === 'minister' ? '程立言' : '组织部干部', said: '谈思想、谈工作、谈生活。', strengths: '踏实肯干。' });
  if (i % 4 !== 0) { await paper('colleague', id, 'confirm', `2016-${pad(month)}-${pad(last)}`); }
}
async function visit(day, i) {
  const id = await open('supervision', 'care.visit', '走访', { member: anyone(), kind: pick(['home', 'community'], i), occasion: pick(['greeting', 'illness', 'hardship'], i),
    planned_on: day, visitors: '秦守正、顾知微' });
  await paper('colleague', id, 'agree', day);
  await step('supervision', id, 'visit', { held_on: day, seen: '家庭和睦，生活正常。' });
  await paper('colleague', id, 'read', day);
}
// Every month's last working day, and in the months of inquiries the day by which the letters are back.
const DAYS = ['2016-01-29', '2016-02-29', '2016-03-08', '2016-03-23', '2016-04-29', '2016-05-31', '2016-06-14', '2016-06-29',
  '2016-07-29', '2016-08-31', '2016-09-08', '2016-09-27', '2016-10-31', '2016-11-30', '2016-12-30'];
const MONTHLY = DAYS.filter((d) => !['2016-03-08', '2016-06-14', '2016-09-08'].includes(d));
const share = (all, of, k) => Math.floor(all * (k + 1) / of) - Math.floor(all * k / of); // 51 over 12 months, whole

async function year() {
  const sent = [], told = [];
  let r = 0, q = 0, t = 0, v = 0;
  for (const day of DAYS) {
    await morning(day);
    const month = Number(day.slice(5, 7)), last = Number(day.slice(8)), k = MONTHLY.indexOf(day);
    if (cadres === undefined) {
      await colleague();
      const own = [...offices.values()].map((a) => a.member);
      cadres = (await inOffice('supervision')).filter((id) => !own.includes(id));
      town = (await inOffice('party_secretary')).filter((id) => !own.includes(id));
    }
    if (k < 0) { // seven or eight letters go out; on the second day all are back but one
      for (let i = 0; i < (month === 3 ? 8 : 7); i++) { sent.push(await inquirySent(day, q++)); }
    } else {
      const back = sent.splice(0);
      for (let i = 0; i < back.length; i++) {
        const silent = i === 6;
        if (!silent) { await inquiryAnswered(back[i], day, i === 0 ? 'clear' : i === 5 ? null : pick(['remind', 'pass_on', 'admonish', 'remind'], i)); }
      }
      for (let i = share(51, 12, k); i > 0; i--) { await reminder(day, r++); }
      for (let i = share(133, 12, k); i > 0; i--) { await talk(month, last, t++); }
      if (k % 2 === 1) { await visit(day, v++); }
      if ([1, 4, 7].includes(k)) { for (let i = 0; i < 4; i++) { told.push(await admonitionOpened(day, told.length)); } }
      if ([2, 5, 8].includes(k)) { const from = told.length - 4; for (let i = from; i < from + 4; i++) { await admonitionDecided(told[i], i); } }
      if (k === 11) { await last_things(day); }
    }
    await evening();
  }
}
// What leaves no mark is entered too, and is in no figure: a reminder withdrawn after it was sent.
async function last_things() {
  const id = await open('supervision', 'care.reminder', '发错对象的提醒', { member: anyone(), source: 'daily', form: 'letter', cause: '发错对象。' });
  await step('supervision', id, 'send');
  await sign('minister', id);
  await step('supervision', id, 'withdraw', { reasons: '发错对象，撤回。' });
}

try {
  offices = district();
  await year();
  process.stdout.write(execFileSync(bin, ['report', '--db', database, '--year', '2016']));
} catch (e) {
  console.error(`scenario: ${e.message}`);
  process.exitCode = 1;
} finally {
  if (server) { await evening(); }
  rmSync(scratch, { recursive: true, force: true });
}
