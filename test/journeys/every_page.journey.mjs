// every_page.journey.mjs: each page an office reaches, by the list of routes and by the links on the pages it opens: no
// fault of the server or the console, nothing that sticks out, no serious violation of axe, no text key shown for a text.
// In make test each route is looked at once, by the first office that reaches it, in Chinese at a phone's width; EVERY=1 lets
// every office look at all its pages, and in English at a desk's width too.
import { execFileSync } from 'node:child_process';
import { bin, journey, office, ok, overflow, person, signIn, violations } from './lib.mjs';

const routes = execFileSync(bin, ['routes'], { encoding: 'utf8' }).trim().split('\n').map((line) => line.split('\t')[0] + ' ' + line.split('\t')[1])
  .filter((r) => r.startsWith('GET ')).map((r) => r.slice(4));
// what is sent as a file, or ends the session, is no page
const pages = routes.filter((r) => !/\/(docx|sheet|paper\/\{paper\}|photo|logout|openapi\.json)$|\{file\}/.test(r));
const shapes = pages.filter((r) => r.includes('{')).map((r) => [r, new RegExp('^' + r.replace(/\{\w+\}/g, '[^/?#]+') + '$')]);
const ways = process.env.EVERY ? [['zh-CN', 390], ['en', 1366]] : [['zh-CN', 390]];

// What is wrong with the page at path; null where this office is not let in.
async function look(world, p, path) {
  const answer = await p.page.goto(world.url + path).catch((e) => e);
  if (answer instanceof Error) {
    p.faults.splice(0);
    return /Download is starting|ERR_ABORTED/.test(answer.message) ? null : [String(answer.message).split('\n')[0]];
  }
  if (answer.status() !== 200) {
    p.faults.splice(0);
    return answer.status() >= 500 ? ['status ' + answer.status()] : null;
  }
  const wrong = [...await violations(p.page), ...p.faults.splice(0)], over = await overflow(p.page);
  if (over > 0) { wrong.push(over + ' px stick out'); }
  const said = await p.page.locator('title, h1, h2, label, button').evaluateAll((all) => all.map((e) => e.textContent.trim()));
  wrong.push(...said.filter((text) => /^[a-z]+(\.[a-z_]+){2,}$/.test(text)).map((text) => 'a key for a text: ' + text));
  return wrong;
}

async function officeLooks(world, account, [lang, width], seen) {
  const p = await office(world, account.username, { lang, width, height: width === 390 ? 844 : 768 });
  const queue = pages.filter((r) => !r.includes('{') && !seen.has(r)), wrong = [];
  let looked = 0;
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const found = await look(world, p, path);
    if (found === null) { continue; }
    looked++;
    seen.add(path);
    wrong.push(...found.map((w) => `${path}: ${w}`));
    const links = await p.page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const link of links) { // the first of each shape is enough
      const shape = shapes.find(([, s]) => s.test(link.split(/[?#]/)[0]));
      if (shape && !seen.has(shape[0])) { seen.add(shape[0]); queue.push(link); }
    }
  }
  if (looked > 0) { ok(wrong.length === 0, `${account.username}: ${looked} pages, ${lang} at ${width}`, wrong); }
  await p.context.close();
  return looked;
}

await journey(async (world) => {
  const first = await person(world);
  await signIn(world, first.page);
  await first.context.close();
  const seen = new Set(), roles = new Set();
  let looked = 0;
  for (const account of world.accounts) {
    if (roles.has(account.role)) { continue; }
    roles.add(account.role);
    for (const way of ways) { looked += await officeLooks(world, account, way, process.env.EVERY ? new Set() : seen); }
  }
  ok(looked > 100, 'more than a hundred pages were looked at', String(looked));
});
