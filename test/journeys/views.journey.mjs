// views.journey.mjs: a list is kept under a name with its conditions, columns and order, opened again, shared with one's
// office or with everyone; another office opens an official one with what it may see; a list that no longer fits says so.
import { execFileSync } from 'node:child_process';
import { journey, office, ok, overflow, person, signIn, violations } from './lib.mjs';

const wait = (page) => page.waitForLoadState();

async function keep(page, world, list, name, shown) {
  await page.goto(world.url + list);
  await page.locator('a[href^="/face/view/new?address="]').first().click();
  await wait(page);
  await page.fill('#name', name);
  await page.selectOption('#shown', shown);
  await page.keyboard.press('Tab');
  await page.click('main form.form .b-main');
  await wait(page);
}

await journey(async (world) => {
  const first = await person(world);
  await signIn(world, first.page);
  await first.context.close();
  const one = await office(world, 'supervision'), page = one.page;
  const list = '/roster/member?age_from=50&sort=-age';
  await page.goto(world.url + list);
  const rows = await page.locator('#h-rows').innerText();
  await keep(page, world, list, '五十岁以上', 'own');
  await keep(page, world, '/roster/appraisal?grade=1&sort=-year', '优秀', 'official');
  ok(new URL(page.url()).pathname === '/face/view', 'kept lists stand on one page');
  ok((await violations(page)).length === 0 && await overflow(page) <= 0, 'which is sound', await violations(page));
  await page.click('main a:text-is("五十岁以上")');
  await wait(page);
  ok(await page.locator('#h-rows').innerText() === rows && page.url().includes('age_from=50'), 'a kept list opens as it was', page.url());
  await page.goto(world.url + '/face/view/new?address=' + encodeURIComponent('//example.invalid/'));
  ok(await page.locator('.sum-bad').count() === 1, 'an address of elsewhere is refused with a sentence');
  await page.goto(world.url + '/face/view/new?address=' + encodeURIComponent('/roster/appraisal?nosuch=1'));
  ok(await page.locator('.sum-bad').count() === 1, 'a condition the list does not know is refused');

  const two = await office(world, 'party_secretary', { lang: 'en', width: 390, height: 844 });
  await two.page.goto(world.url + '/face/view');
  ok(await two.page.locator('main a:text-is("优秀")').count() === 1 && await two.page.locator('main a:text-is("五十岁以上")').count() === 0,
    'another office sees the official list and not one\'s own');
  ok((await violations(two.page)).length === 0 && await overflow(two.page) <= 0, 'on a phone, in English');
  ok(await two.page.locator('main form[action$="/end"]').count() === 0, 'and cannot remove it');
  await two.page.click('main a:text-is("优秀")');
  await wait(two.page);
  const mine = await (await page.request.get(world.url + '/roster/appraisal?grade=1', { headers: { Accept: 'application/json' } })).json();
  const theirs = await (await two.page.request.get(world.url + '/roster/appraisal?grade=1', { headers: { Accept: 'application/json' } })).json();
  ok(theirs.total > 0 && theirs.total < mine.total, 'it opens with what that office may see', `${theirs.total} of ${mine.total}`);

  execFileSync('sqlite3', [world.db, "UPDATE face_view SET address = '/roster/appraisal?gone=1' WHERE name = '优秀'"]);
  await page.goto(world.url + '/face/view');
  ok(await page.getByText('此视图已不适用').count() === 1, 'a list whose field is gone says so');
  await page.locator('main form[action$="/end"] button').first().click();
  await wait(page);
  ok(await page.locator('main form[action$="/end"]').count() === 1, 'a kept list is removed');
});
