// officer.journey.mjs: an officer signs in, finds people, reads a file, goes on to the next; narrows the roster with
// conditions and turns its pages, with the mouse, with the keyboard alone and without script; in both languages. axe
// finds nothing serious on any page.
import { journey, ok, overflow, person, signIn, violations } from './lib.mjs';
import { pages } from './pages.mjs';

async function searchAndRead(world) {
  const { context, page, faults } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/');
  await page.keyboard.press('/');
  await page.keyboard.type('zs');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\?q=zs/);
  const hits = page.locator('section[aria-labelledby=h-m] tbody a');
  ok(await hits.count() > 1, 'zs finds several people');
  const name = (await hits.first().textContent()).replace(/\s/g, '');
  await hits.first().click();
  await page.waitForURL(/\/roster\/member\/\d+/);
  ok((await page.locator('h1').textContent()).replace(/\s/g, '').includes(name), 'a hit opens that person');
  const next = page.locator('a[rel=next]');
  const who = (await next.textContent()).split('：')[1];
  await next.click();
  await page.waitForLoadState();
  ok((await page.locator('h1').textContent()).replace(/\s/g, '').includes(who.replace(/\s/g, '')), 'next is the next of the list');
  ok(await page.locator('a[rel=prev]').count() === 1, 'and leads back');
  ok(faults.length === 0, 'nothing is said to the console', faults);
  await context.close();
}

async function narrowAndTurn(world) {
  const { context, page, faults } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/roster/member?size=20');
  const total = await page.locator('#h-rows').textContent();
  await page.locator('details.more > summary').click();
  await page.selectOption('[name="f.sex"]', '2');
  await page.locator('details.more button[type=submit]').click();
  await page.waitForURL(/filter=sex/);
  ok(await page.locator('.chip').count() === 1, 'a chosen condition becomes a chip');
  ok(await page.locator('#h-rows').textContent() !== total, 'and narrows the list');
  await page.fill('#age_from', '40');
  await page.press('#age_from', 'Enter');
  await page.waitForURL(/age_from=40/);
  ok(await page.locator('.chip').count() === 2, 'a second one joins it');
  const first = await page.locator('tbody th a').first().textContent();
  await page.locator('.pager a[rel=next]').click();
  await page.waitForURL(/after=/);
  ok(await page.locator('tbody th a').first().textContent() !== first, 'the next page has other people');
  await page.locator('.pager a[rel=prev]').click();
  await page.waitForURL(/before=/);
  ok(await page.locator('tbody th a').first().textContent() === first, 'the page before is the first one again');
  await page.goBack();
  await page.waitForURL(/after=/);
  ok(true, 'the browser goes back through the states');
  await page.goto(world.url + '/roster/member?size=20&filter=sex+%3D+female&age_from=40');
  await page.locator('.chip a').first().click();
  await page.locator('.chip').nth(1).waitFor({ state: 'detached' });
  ok(true, 'a chip is taken away by its cross');
  await page.locator('thead a[href*="sort=birth"]').click();
  await page.waitForURL(/sort=birth/);
  ok(await page.locator('th[aria-sort=ascending]').count() === 1, 'a head sorts and says so');
  ok(faults.length === 0, 'nothing is said to the console', faults);
  await context.close();
}

async function keyboardOnly(world) {
  const { context, page } = await person(world, { lang: 'en' });
  await page.goto(world.url + '/login');
  await page.keyboard.press('Tab');
  for (let i = 0; i < 12 && await page.evaluate(() => document.activeElement.id) !== 'username'; i++) { await page.keyboard.press('Tab'); }
  await page.keyboard.type(world.account.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(world.account.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => u.pathname !== '/login');
  ok(true, 'one signs in by keyboard alone');
  await page.goto(world.url + '/roster/member');
  await page.keyboard.press('Tab');
  ok(await page.evaluate(() => document.activeElement.classList.contains('skip')), 'the first stop skips to the content');
  let reached = false;
  for (let i = 0; i < 60 && !reached; i++) {
    await page.keyboard.press('Tab');
    reached = await page.evaluate(() => document.activeElement.id === 'f-n');
  }
  ok(reached, 'the query bar is reached by Tab');
  await page.keyboard.type('w');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=w/);
  ok(await page.locator('.chip').count() === 1, 'Enter asks');
  let opened = false;
  for (let i = 0; i < 150 && !opened; i++) {
    await page.keyboard.press('Tab');
    opened = await page.evaluate(() => document.activeElement.closest('tbody') !== null);
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/roster\/member\/\d+/);
  ok(true, 'a person is opened by keyboard');
  await context.close();
}

async function withoutScript(world) {
  const { context, page } = await person(world, { script: false });
  await signIn(world, page);
  await page.goto(world.url + '/roster/member');
  await page.fill('#f-n', 'l');
  await page.press('#f-n', 'Enter');
  await page.waitForURL(/q=l/);
  ok(await page.locator('.chip').count() === 1, 'without script the query bar works');
  await page.goto(world.url + '/roster/member?f.sex=2&size=20');
  ok(page.url().includes('filter=sex'), 'and chosen conditions come into the address');
  await context.close();
}

async function sound(world, lang, width) {
  const { context, page, faults } = await person(world, { lang, width, height: width === 390 ? 844 : 768 });
  let inside = false;
  for (const one of pages) {
    if (!one.outside && !inside) { await signIn(world, page); inside = true; }
    const answer = await page.goto(world.url + (typeof one.path === 'function' ? await one.path(page, world.url) : one.path));
    const found = await violations(page), over = await overflow(page);
    ok(answer.status() === 200 && found.length === 0 && over <= 0 && faults.length === 0,
      `${one.name} is sound in ${lang} at ${width} px`, [String(answer.status()), ...found, over + ' px over', ...faults.splice(0)]);
  }
  await context.close();
}

await journey(async (world) => {
  await searchAndRead(world);
  await narrowAndTurn(world);
  await keyboardOnly(world);
  await withoutScript(world);
  await sound(world, 'zh-CN', 1366);
  await sound(world, 'en', 390);
});
