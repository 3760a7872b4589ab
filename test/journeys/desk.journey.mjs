// desk.journey.mjs: the desk and what tells of it: counts in the head, notices, acts on several matters by keyboard, a leave
// with somebody who stands in, a private calendar that is withdrawn, the year of working days. Both languages and widths.
import { journey, look, office, ok } from './lib.mjs';

const count = (page, path) => page.locator(`.tools a[href="${path}"] .count`).textContent();
const answer = async (page, url) => (await page.request.get(url, { headers: { Accept: 'application/json' } })).json();

async function press(page, target, key = 'Enter') {
  for (let i = 0; i < 150 && !(await target.evaluate((e) => e === document.activeElement)); i++) { await page.keyboard.press('Tab'); }
  ok(await target.evaluate((e) => e === document.activeElement), 'the keyboard reaches it');
  await page.keyboard.press(key);
}

async function draft(world, page, member, title) {
  await page.goto(world.url + `/desk/open/care.inquiry?member=${member}`);
  await page.fill('#title', title);
  await page.locator('[name=aspect]').selectOption('duty');
  await page.locator('[name=source]').selectOption('audit');
  await page.fill('[name=cause]', '请说明。');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  return page.url();
}

// A second officer of supervision: the archivist gets that office, too.
async function secondOfficer(world) {
  const who = await office(world, 'security'), { page } = who;
  const rows = (await answer(page, world.url + '/admin/office')).rows;
  const archivist = rows.find((o) => o.role === 'archives');
  await page.goto(world.url + '/admin/office/new');
  const csrf = await page.locator('[name=csrf]').first().inputValue();
  const saved = await page.request.post(world.url + '/admin/office', { form: { csrf, account: String(archivist.account), role: 'supervision', unit: '1', from_on: '2020-01-01' }, maxRedirects: 0 });
  ok(saved.status() === 303, 'a second officer holds the office', await saved.text());
  await who.context.close();
}

async function bulk(world, page, urls) {
  await page.goto(world.url + '/desk');
  const tabs = await page.locator('ul.views .n').allTextContents();
  const waits = tabs.slice(0, 2).reduce((sum, n) => sum + Number(n), 0);
  ok(waits >= urls.length && await count(page, '/desk') === String(waits), 'the head counts what waits', [tabs, await count(page, '/desk')]);
  await look(page, 'desk-bulk');
  const boxes = page.locator('tbody input[type=checkbox][aria-label*="采购"]');
  for (let i = 0; i < urls.length; i++) { await press(page, boxes.nth(i), 'Space'); }
  await page.locator('#act').selectOption('take_up');
  await Promise.all([page.waitForResponse((r) => r.url().endsWith('/desk/bulk')), // the page was at /desk before, too
    press(page, page.locator('form[action="/desk/bulk"] button[type=submit]'))]);
  await page.waitForLoadState();
  for (const url of urls) {
    const done = (await answer(page, url)).done;
    ok(done[done.length - 1].step === 'hand_over', 'each is written down on its own');
  }
  await page.locator('form[action="/desk/bulk"] button[type=submit]').click();
  await page.waitForSelector('.sum-bad');
  ok(true, 'nothing ticked is said');
}

async function leave(world, page) {
  await page.goto(world.url + '/desk/away');
  await look(page, 'away');
  await page.click('button[type=submit].b-main');
  await page.waitForSelector('.sum-bad');
  ok(await page.locator('.msg-bad').count() >= 4, 'everything that lacks is said at once');
  const today = (await page.evaluate(() => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date()))).replaceAll('-', '.');
  await page.fill('#from_on', today);
  await page.fill('#to_on', today);
  await page.locator('#deputy').selectOption({ index: 1 });
  await page.fill('#ground', '年休假');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/away$/);
  await page.goto(world.url + '/desk');
  ok((await page.locator('.note').first().textContent()).includes('代办'), 'the desk says who stands in');
}

async function deputy(world, url) {
  const who = await office(world, 'archives', { lang: 'en', width: 390, height: 844 }), { page } = who;
  await page.goto(world.url + '/office');
  await page.locator('form[action="/office"] input[name=office]:not(:checked)').first().check();
  await page.locator('form[action="/office"] button[type=submit]').first().click();
  await page.waitForLoadState();
  await page.goto(world.url + '/desk');
  await look(page, 'desk-deputy-390-en');
  ok((await page.locator('main').textContent()).includes('You stand in for'), 'the deputy sees for whom');
  await page.goto(url);
  ok((await page.locator('main').textContent()).includes('is on leave'), 'each act says for whom');
  await look(page, 'matter-deputy-390-en');
  for (const path of ['/desk/notices', '/desk/notices?show=all', '/desk/delivery', '/desk/away', '/admin/calendar']) {
    await page.goto(world.url + path);
    await look(page, path + ' 390 en');
  }
  ok(who.faults.length === 0, 'nothing is said to the console', who.faults);
  await who.context.close();
}

async function feed(world, page) {
  await page.goto(world.url + '/desk/delivery');
  await look(page, 'delivery');
  await page.locator('form[action="/desk/ics"] button').click();
  const address = await page.locator('code.secret').textContent();
  await look(page, 'feed-made');
  const fetched = await fetch(address);
  const text = await fetched.text();
  ok(fetched.status === 200 && text.startsWith('BEGIN:VCALENDAR\r\n'), 'the calendar opens without a session');
  ok(/SUMMARY:事项 \d+ 到期/.test(text) && !text.includes('采购'), 'it is masked', text);
  await page.goto(world.url + '/desk/delivery');
  await page.locator('form[action$="/withdraw"] button').first().click();
  await page.waitForURL(/\/desk\/delivery$/);
  ok((await fetch(address)).status === 404, 'a withdrawn address opens nothing');
}

await journey(async (world) => {
  await secondOfficer(world);
  const officer = await office(world, 'supervision'), { page } = officer;
  const { member } = world.accounts.find((a) => a.username === 'member');
  const urls = [await draft(world, page, member, '采购甲'), await draft(world, page, member, '采购乙')];
  await bulk(world, page, urls);
  await page.goto(world.url + '/desk/notices');
  await look(page, 'notices');
  await feed(world, page);
  await leave(world, page);
  await deputy(world, urls[0]);
  await page.goto(world.url + '/admin/calendar');
  await look(page, 'calendar');
  ok(officer.faults.filter((f) => !f.includes('422')).length === 0, 'nothing is said to the console', officer.faults);
});
