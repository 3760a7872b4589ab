// figures.journey.mjs: the figures of supervision: an officer reads them in both languages and at both widths, opens the
// rows behind a number, saves the report and finds it unchanged later; the party secretary sees no small group.
import { journey, look, office, ok } from './lib.mjs';

async function talk(world, page, member, day) {
  const answer = await page.request.post(world.url + '/desk/open/care.talk', { maxRedirects: 0, headers: { Accept: 'application/json' },
    data: { title: '谈心谈话', member, kind: 'yearly', held_on: day, held_by: '秦守正', said: '谈工作、谈思想。' } });
  if (answer.status() !== 303) { throw new Error(`no talk with ${member}: ${answer.status()} ${await answer.text()}`); }
}

async function numbersOpenRows(world, page) {
  const links = await page.locator('main a[href^="/figures/rows"]').evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.textContent]));
  let wrong = [];
  for (const [href, text] of links) {
    const rows = await (await page.request.get(world.url + href, { headers: { Accept: 'application/json' } })).json();
    if (rows.total !== Number(text.match(/\d+/)[0])) { wrong.push(`${href}: ${text} opens ${rows.total}`); }
  }
  ok(links.length > 5 && wrong.length === 0, 'every number opens as many rows', wrong);
}

async function looks(world, year) {
  for (const lang of ['zh-CN', 'en']) {
    for (const width of [1366, 390]) {
      const { page, faults, context } = await office(world, 'supervision', { lang, width, height: width === 390 ? 844 : 768 });
      await page.goto(world.url + `/figures?year=${year}`);
      await page.waitForSelector('.plot canvas');
      await look(page, `figures-${lang}-${width}`);
      await page.locator('.figs a').first().click();
      await page.waitForURL(/figures\/rows/);
      await look(page, `figures-rows-${lang}-${width}`);
      ok(faults.length === 0, 'nothing is said to the console', faults);
      await context.close();
    }
  }
}

async function saves(world, page, year, members) {
  await page.goto(world.url + `/figures?year=${year}`);
  await page.keyboard.press('Tab');
  await page.locator('form[action="/figures/saved"] button').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/figures\/saved\/\d+/);
  const saved = page.url(), before = await page.locator('.figs').textContent();
  ok((await page.locator('.say').textContent()).includes('秦守正'), 'it says who saved it');
  await look(page, 'figures-saved');
  await talk(world, page, members[0], `${year}-01-09`);
  await page.goto(saved);
  ok(await page.locator('.figs').textContent() === before, 'a saved report stays as it was');
  await page.goto(world.url + `/figures?year=${year}`);
  ok(await page.locator('.figs').textContent() !== before, 'while the figures go on');
  ok(await page.locator('a[href^="/figures/saved/"]').count() === 1, 'and it is found again there');
}

journey(async (world) => {
  const officer = await office(world, 'supervision'), { page } = officer;
  const year = new Date().getFullYear() - 1; // whole, whatever day it is today
  const list = await (await page.request.get(world.url + '/roster/member?filter=status+%3D+in_office', { headers: { Accept: 'application/json' } })).json();
  const members = list.rows.slice(0, 6).map((r) => r.id);
  for (const [i, member] of [...members, members[0]].entries()) { await talk(world, page, member, `${year}-0${1 + i % 3}-10`); }
  await page.goto(world.url + `/figures?year=${year}`);
  await numbersOpenRows(world, page);
  await looks(world, year);
  await saves(world, page, year, members);
  const plain = await office(world, 'supervision', { lang: 'en', script: false });
  await plain.page.goto(world.url + `/figures?year=${year}`);
  ok((await plain.page.locator('#t-month tbody').textContent()).includes('4 / 2'), 'the table says it all without script');
  const secretary = await office(world, 'party_secretary', { lang: 'en' });
  await secretary.page.goto(world.url + `/figures?year=${year}`);
  ok(await secretary.page.locator('#unit').count() === 0, 'the party secretary chooses no unit');
  await look(secretary.page, 'figures-secretary');
});
