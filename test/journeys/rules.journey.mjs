// rules.journey.mjs: what falls due, what if, the district's own rules, the library and the book, several findings alike; in
// both languages, on a desk and on a phone, with the keyboard and without script. axe finds nothing serious.
import { journey, ok, overflow, person, signIn, violations } from './lib.mjs';

const json = async (page, url) => (await page.request.get(url, { headers: { Accept: 'application/json' } })).json();

async function whatFallsDue(world) {
  const { context, page, faults } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/coming');
  const data = await json(page, world.url + '/coming');
  ok(data.total > 0 && data.by_month.reduce((n, m) => n + m.n, 0) === data.total, 'the months add up to what falls due');
  const wrong = [];
  for (const part of [...data.by_month, ...data.weeks, ...data.categories, ...data.units.slice(0, 4)]) {
    const rows = await json(page, world.url + part.href);
    if (rows.total !== part.n) { wrong.push(`${part.href}: ${rows.total}, not ${part.n}`); }
  }
  ok(wrong.length === 0, 'every number opens as many rows', wrong);
  await page.locator('#rows tbody details summary').first().click();
  ok(await page.locator('#rows tbody details dl').first().isVisible(), 'a row shows how it follows');
  ok((await violations(page)).length === 0, 'axe has nothing against it');
  ok(faults.length === 0, 'nothing is said to the console', faults);
  await context.close();
}

async function whatIf(world) {
  const { context, page, faults } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/rules/APPT-XCH-1');
  await page.locator('main a[href^="/whatif"]').first().click();
  await page.waitForURL(/what=param/);
  await page.fill('#value', '5');
  await page.locator('main form button[type=submit]').first().click();
  ok(await page.locator('#reason-e').isVisible(), 'without a reason nothing is tried, and the value is kept');
  ok(await page.inputValue('#value') === '5', 'what was typed stays');
  await page.fill('#reason', '研究任期参数');
  await page.locator('main form button[type=submit]').first().click();
  await page.waitForSelector('#result');
  ok(await page.locator('#touched tbody tr').count() > 0, 'those who would be touched are listed');
  ok((await violations(page)).length === 0, 'axe has nothing against the result');
  const rule = await json(page, world.url + '/rules/APPT-XCH-1');
  ok(rule.editions[0].params[0].value === '10', 'and nothing was kept');
  ok(faults.filter((f) => !/422/.test(f)).length === 0, 'nothing else is said to the console', faults);
  await context.close();
}

const text = `id      LOCAL-1
title   任职满二十五年 | twenty-five years in one post
group   local 本区规定 | Local rules
basis   本区规定第一条 | Local regulation, article 1
force   2020-01-01 ..
about   post
asks    unit
effect  remind
seen    text
when    current and since + years($limit) <= today
param   limit 25 years, 第一条 | article 1
say     已满 {years(since, today)} 年 | {years(since, today)} years
clear   说明 | give reasons
`;
const cases = `given u roster.unit name=示例区政府 kind=local_government
given m roster.member name=甲 status=in_office unit=u
case hit 满
given x roster.post member=m unit=u title=副区长 current=yes from_on=1996-05-18
on 2026-11-25 hit x
case miss 未满
given x roster.post member=m unit=u title=副区长 current=yes from_on=2025-05-18
on 2026-11-25 miss x
case boundary 当日
given x roster.post member=m unit=u title=副区长 current=yes from_on=1998-05-18
on 2023-05-17 miss x
on 2023-05-18 hit x
case unknown 没有日期
given x roster.post member=m unit=u title=副区长 current=yes
on 2026-11-25 missing x since
`;

async function ownRule(world) {
  const { context, page } = await person(world, { lang: 'en' });
  await signIn(world, page);
  await page.goto(world.url + '/rules/new');
  await page.fill('#text', text.replace('effect  remind', 'effect  punish'));
  await page.fill('#cases', cases);
  await page.locator('main form button[type=submit]').first().click();
  ok(/line 8, column 9/.test(await page.locator('#text-e').textContent()), 'a broken head is refused with line and column');
  await page.fill('#text', text);
  await page.fill('#cases', cases.replace('2026-11-25 miss x', '2026-11-25 hit x'));
  await page.locator('main form button[type=submit]').first().click();
  ok(/line 8/.test(await page.locator('#cases-e').textContent()), 'a case that contradicts the rule is refused with its line');
  ok((await violations(page)).length === 0, 'axe has nothing against the errors');
  await page.fill('#cases', cases);
  await page.locator('main form button[type=submit]').first().click();
  await page.waitForURL(/\/rules\/LOCAL-1$/);
  ok((await json(page, world.url + '/rules/LOCAL-1')).state === 'trial', 'it is kept, on trial');
  await page.check('#clause_read');
  await page.locator('button[value=adopt]').click();
  await page.waitForLoadState();
  ok((await json(page, world.url + '/rules/LOCAL-1')).state === 'adopted', 'and adopted with the text read');
  await context.close();
}

async function alike(world) {
  const { context, page } = await person(world, { script: false });
  await signIn(world, page);
  const list = '/findings?asks=archives';
  await page.goto(world.url + list);
  const picks = page.locator('input[name=pick]');
  const n = Math.min(3, await picks.count());
  for (let i = 0; i < n; i++) { await picks.nth(i).check(); }
  await page.fill('#text', '已向有关单位核实');
  await page.locator('#pick button[type=submit]').click();
  ok(n > 0 && page.url().endsWith(`done=${n}`), 'several are answered alike without script', page.url());
  await page.goto(world.url + '/findings');
  await page.locator('form[action="/findings/looked"] button').click();
  const fresh = await json(page, world.url + '/findings?new=1');
  ok(fresh.total === 0, 'after a look nothing is new');
  await context.close();
}

async function unitOnOneSheet(world) {
  const { context, page } = await person(world);
  await signIn(world, page);
  const units = await json(page, world.url + '/roster/unit'), wrong = [];
  for (const u of units.rows.filter((r) => r.members > 3).slice(0, 5)) {
    await page.goto(`${world.url}/roster/unit/${u.id}`);
    const sheet = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page[^s]/g).length;
    if (sheet !== 1) { wrong.push(`${u.id}: ${sheet} sheets`); }
    for (const d of (await json(page, `${world.url}/roster/unit/${u.id}`)).due) {
      const rows = await json(page, world.url + d.href);
      if (rows.total !== d.n) { wrong.push(`${d.href}: ${rows.total}, not ${d.n}`); }
    }
  }
  ok(wrong.length === 0, 'a unit fits one sheet, and what falls due in it opens its rows', wrong);
  await context.close();
}

async function everySize(world) {
  for (const lang of ['zh-CN', 'en']) {
    for (const [width, height] of [[1366, 768], [390, 844]]) {
      const { context, page } = await person(world, { lang, width, height });
      await signIn(world, page);
      for (const path of ['/coming', '/whatif', '/whatif?what=text&rule=DISC-SW', '/rules', '/rules/new', '/rules/book', '/policy', '/policy/params', '/findings', '/roster/unit/5']) {
        await page.goto(world.url + path);
        ok(await overflow(page) <= 0, `${path} fits ${width} (${lang})`);
        const bad = await violations(page);
        ok(bad.length === 0, `axe has nothing against ${path} at ${width} (${lang})`, bad);
      }
      await context.close();
    }
  }
}

await journey(async (world) => {
  await whatFallsDue(world);
  await whatIf(world);
  await ownRule(world);
  await alike(world);
  await unitOnOneSheet(world);
  await everySize(world);
});
