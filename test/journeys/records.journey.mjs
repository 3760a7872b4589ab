// records.journey.mjs: what every record has without a page written for it: an officer narrows a list, corrects a row,
// meets somebody who was faster, reads the history, takes a row out of use, exports and imports; with and without script.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { journey, ok, person, signIn, violations } from './lib.mjs';

async function narrow(world, script) {
  const { context, page, faults } = await person(world, { script });
  const how = script ? 'with script' : 'without script';
  await signIn(world, page);
  await page.goto(world.url + '/roster/post');
  const all = await page.locator('#h-rows').textContent();
  await page.selectOption('[id="f-level"]', '1A42');
  await page.locator('.query-row > button[type=submit]').click();
  await page.waitForURL(/level=1A42/);
  ok(await page.locator('.chip').count() === 1 && await page.locator('#h-rows').textContent() !== all, `a box narrows the list ${how}`);
  await page.locator('.query details.drop > summary').click();
  await page.selectOption('[id="f-add.field"]', 'from_on');
  await page.selectOption('[id="f-add.op"]', 'from');
  await page.fill('[id="f-add.value"]', '2015');
  await page.locator('.query details.drop button[type=submit]').first().click();
  await page.waitForURL(/from_on\.from=2015/);
  ok(await page.locator('.chip').count() === 2, `a chosen condition joins it ${how}`);
  await page.locator('thead a').first().click();
  await page.waitForURL(/sort=-member/);
  ok(await page.locator('th[aria-sort=descending]').count() === 1, `a head sorts ${how}`);
  await page.locator('.chip a').first().click();
  await page.waitForURL((u) => !u.search.includes('level='));
  ok(await page.locator('.chip').count() === 1, `a cross takes a condition away ${how}`);
  ok(faults.length === 0, `nothing is said to the console ${how}`, faults);
  await context.close();
}

async function correct(world, script, id) {
  const { context, page } = await person(world, { script });
  const how = script ? 'with script' : 'without script';
  await signIn(world, page);
  await page.goto(`${world.url}/roster/post/${id}/edit`);
  await page.fill('#f-from_on', '1975.13');
  await page.fill('#f-unit', 'nowhere');
  await page.locator('main form button[type=submit]').last().click();
  await page.waitForSelector('.sum-bad');
  ok(await page.locator('.sum-bad li').count() === 2 && await page.inputValue('#f-from_on') === '1975.13', `every error comes at once and the input stays ${how}`);
  if (script) { ok((await violations(page)).length === 0, 'axe finds nothing on a refused form'); }
  await page.goto(`${world.url}/roster/post/${id}/edit`);
  const other = await context.newPage();
  await other.goto(`${world.url}/roster/post/${id}/edit`);
  await other.fill('#f-from_doc', '先改的文号');
  await other.locator('main form button[type=submit]').last().click();
  await other.waitForURL(new RegExp(`/roster/post/${id}$`));
  await page.fill('#f-from_doc', '后改的文号');
  await page.locator('main form button[type=submit]').last().click();
  await page.waitForSelector('#h-clash');
  ok((await page.locator('.diff ins').first().textContent()).includes('先改的文号') && await page.inputValue('#f-from_doc') === '后改的文号', `who was faster is shown beside what was typed ${how}`);
  if (script) { ok((await violations(page)).length === 0, 'axe finds nothing on the comparison'); }
  await page.fill('[id="change.what"]', '核对文件');
  await page.locator('main form button[type=submit]').last().click();
  await page.waitForURL(new RegExp(`/roster/post/${id}$`));
  await page.goto(`${world.url}/roster/post/${id}/history`);
  const told = await page.locator('main').textContent();
  ok(told.includes('核对文件') && told.includes('先改的文号') && told.includes('后改的文号'), `the history tells both changes and why ${how}`);
  await page.goto(`${world.url}/roster/post/${id}/end`);
  await page.locator('main form button[type=submit]').click();
  await page.waitForSelector('.msg-bad');
  await page.fill('#reason', '重复录入');
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL(new RegExp(`/roster/post/${id}$`));
  ok((await page.locator('.note-over').textContent()).includes('重复录入'), `entered in error needs a reason and says it ${how}`);
  await context.close();
}

async function proposals(world) {
  const { context, page } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/roster/post/9/edit');
  await page.fill('#f-unit', '');
  await page.type('#f-unit', '示例区');
  await page.locator('#list-unit option').first().waitFor({ state: 'attached' });
  ok(true, 'units are proposed while one types');
  await context.close();
}

async function outAndIn(world) {
  const { context, page } = await person(world);
  await signIn(world, page);
  await page.goto(world.url + '/roster/quota/export');
  await page.check('#format-csv');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('main form button[type=submit]').click()]);
  const file = join(tmpdir(), `qf-quota-${process.pid}.csv`);
  await download.saveAs(file);
  const text = readFileSync(file, 'utf8');
  ok(text.split('\n').length > 10, 'quotas go out as CSV');
  async function bring(content) {
    writeFileSync(file, content);
    await page.goto(world.url + '/roster/quota/import');
    await page.setInputFiles('#file', file);
    await page.locator('main form button[type=submit]').click();
    await page.waitForURL(/import\/\d+/);
    ok((await violations(page)).length === 0, 'axe finds nothing where columns are chosen');
    await page.locator('main form button[type=submit]').click();
    await page.waitForSelector('.figs');
    ok((await violations(page)).length === 0, 'axe finds nothing on a dry run');
    return (await page.locator('.figs .v').allTextContents()).map((t) => parseInt(t, 10));
  }
  let [fresh, changed, , refused] = await bring(text);
  ok(fresh === 0 && changed === 0 && refused === 0, 'what went out comes back as unchanged');
  const lines = text.split('\r\n');
  lines[1] = lines[1].replace(/,(\d+),/, ',77,');
  lines.push(lines[1].replace(/^\d+,/, ',').replace(',77,', ',x,'));
  [fresh, changed, , refused] = await bring(lines.filter((l) => l !== '').join('\r\n') + '\r\n');
  ok(fresh === 0 && changed === 1 && refused === 1, 'a changed row and a wrong one are told apart', [`${fresh} ${changed} ${refused}`]);
  await page.locator('main .acts form button[type=submit]').click();
  await page.waitForLoadState();
  ok((await page.locator('h1').textContent()).includes('1'), 'the valid row is written');
  await context.close();
}

await journey(async (world) => {
  await narrow(world, true);
  await narrow(world, false);
  await correct(world, true, 7);
  await correct(world, false, 8);
  await proposals(world);
  await outAndIn(world);
});
