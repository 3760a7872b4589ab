// xss.journey.mjs: every text of every record holds hostile markup; every page that shows any of it is opened in a browser.
// No script of it runs, no element of it is made, no address of it can be followed, on no page of any office.
import { execFileSync } from 'node:child_process';
import { bin, journey, office, ok } from './lib.mjs';

const mark = 'hostile';
const texts = [
  `"'><img src=x onerror="window.xss=1" class=${mark}><script class=${mark}>window.xss=1</script>{{{t.x}}}{{=<% %>=}}`,
  `</textarea></title></style></script><svg onload="window.xss=1" class=${mark}>&lt;b class=${mark}&gt;`,
  `javascript:window.xss=1//" onfocus="window.xss=1" autofocus class="${mark}`,
];
// What the program itself writes and reads back as words of its own; no person types it.
const words = new RegExp('^(kernel|job|ledger|load)\\.|^auth\\.(account\\.(username|password|totp|oidc)|code|token|reset\\.)|^admin\\.read\\.'
  + '(role|kind|record|ground)|^rules\\.(finding\\.(rule|missing|waiting|kind|subject|category|facts|trace|changed)|param|adoption|own)'
  + '|^flow\\.(version|template)|^flow\\.[a-z]+\\.(flow|state|step|from|to|due|owner|waits|pending|role|roles|sign|after|name|kind|type|'
  + 'given|hash|recipient|office|waiting|overridden|blocked|paused|rule|ladder|ends|what|body|unit_name|start|starts|basis|count)$'
  + '|^face\\.|\\.(layout|columns|branch|id_number|citizen_id|hash|key|code|form|digest)$|^figures|^policy');

function plant(db) {
  const fields = execFileSync(bin, ['fields'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').slice(1).map((l) => l.split('\t'));
  const tables = new Set(execFileSync('sqlite3', [db, "SELECT name FROM sqlite_master WHERE type = 'table'"], { encoding: 'utf8' }).split('\n'));
  let n = 0, sql = 'BEGIN;';
  for (const [field, , type] of fields) {
    const [area, record, name] = field.split('.'), table = `${area}_${record}`;
    if ((type !== 'text' && type !== 'long') || words.test(field) || !tables.has(table)) { continue; }
    sql += `UPDATE ${table} SET "${name}" = '${texts[n++ % texts.length].replaceAll("'", "''")}' || id;`;
  }
  execFileSync('sqlite3', [db], { input: sql + 'COMMIT;' });
  return n;
}

function pages() {
  const lines = execFileSync(bin, ['routes'], { encoding: 'utf8' }).trim().split('\n').map((l) => l.split('\t'));
  const paths = lines.filter(([method, path]) => method === 'GET' && !/login|setup|first|account\/again|metrics|healthz/.test(path)).map((l) => l[1]);
  return paths.flatMap((p) => (p.includes('{') ? [1, 2].map((id) => p.replaceAll(/\{[a-z]+\}/g, String(id))) : [p]))
    .concat(['/search?q=' + encodeURIComponent('"><img class=' + mark + ' src=x onerror=window.xss=1>'),
      '/roster/member?q=' + encodeURIComponent('<script class=' + mark + '>window.xss=1</script>'),
      '/roster/member?filter=' + encodeURIComponent('name = "<b class=' + mark + '>"'), '/roster/member?size=200', '/findings?size=200']);
}

async function read(world, username, all) {
  const who = await office(world, username), { page, context } = who;
  await context.setExtraHTTPHeaders({ 'X-Reason': encodeURIComponent('核对材料内容') });
  let seen = 0, dialogs = 0;
  const bad = [];
  page.on('dialog', (d) => { dialogs++; d.dismiss(); });
  for (const path of all) {
    const answer = await page.request.get(world.url + path, { headers: { Accept: 'text/html' }, maxRedirects: 0 });
    const type = answer.headers()['content-type'] ?? '';
    if (answer.status() >= 500) { bad.push(`${path}: ${answer.status()}`); }
    if (answer.status() !== 200 || !type.startsWith('text/html') || !(await answer.text()).includes(mark)) { continue; }
    seen++;
    await page.goto(world.url + path, { waitUntil: 'domcontentloaded' });
    const found = await page.evaluate((cls) => [
      ...(window.xss ? ['a script ran'] : []),
      ...[...document.querySelectorAll(`.${cls}, [onerror], [onload], [onfocus], img[src=x], a[href^="javascript:" i]`)].map((e) => e.outerHTML.slice(0, 160)),
    ], mark);
    if (found.length > 0) { bad.push(`${path}: ${found.join(' | ')}`); }
  }
  await context.close();
  return { seen, bad, dialogs };
}

let planted = 0;
await journey(async (world) => {
  ok(planted > 60, 'the texts of every record are hostile', String(planted));
  const all = pages();
  for (const username of ['supervision', 'security', 'audit', 'member']) {
    const { seen, bad, dialogs } = await read(world, username, all);
    ok(bad.length === 0 && dialogs === 0, `${username}: nothing of it becomes markup on ${seen} pages`, bad.slice(0, 20));
    ok(seen > (username === 'supervision' ? 100 : 5), `${username}: pages that show it were opened`, String(seen));
  }
}, { members: 150, prepare: (db) => { planted = plant(db); } });
