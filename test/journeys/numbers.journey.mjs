// numbers.journey.mjs: each number of the dashboard opens the list it counts, and so does each question of a portrait;
// derived lists stay within a phone's width, and words drawn with charts are in the reader's language.
import { journey, ok, overflow, person, signIn } from './lib.mjs';

const plain = (text) => Number(text.replace(/[^\d]/g, ''));

async function numbersOpenTheirRows(world) {
  const { context, page } = await person(world);
  await signIn(world, page);
  for (let i = 0; i < 200; i++) { // the first judging runs beside the pages
    await page.goto(world.url + '/');
    if (await page.locator('main a[href^="/findings?category"]').count() > 0) { break; }
    await page.waitForTimeout(50);
  }
  const links = await page.locator('main a[href^="/"]').evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.textContent.trim()]));
  const numbers = links.filter(([, text]) => /^[\d,]+$/.test(text)), wrong = [];
  for (const [href, text] of numbers) {
    const answer = await page.request.get(world.url + href, { headers: { Accept: 'application/json' } });
    const data = answer.ok() ? await answer.json() : {}, total = data.total ?? data.rows?.length;
    if (total !== plain(text)) { wrong.push(`${text} leads to ${total} (${answer.status()}): ${href}`); }
  }
  ok(numbers.length > 20 && wrong.length === 0, 'every number of the dashboard opens as many rows', String(numbers.length), wrong);
  const some = await (await page.request.get(world.url + '/findings', { headers: { Accept: 'application/json' } })).json();
  await page.goto(`${world.url}/roster/member/${some.rows.find((r) => r.member !== null).member}`);
  const question = page.locator('main a[href^="/findings/"]').first();
  const answer = await page.request.get(world.url + await question.getAttribute('href'));
  ok(answer.status() === 200, 'a question of a portrait opens its reasons');
  await context.close();
}

async function narrowAndEnglish(world) {
  const { context, page } = await person(world, { lang: 'en', width: 390, height: 844 });
  await signIn(world, page);
  await page.goto(world.url + '/');
  const said = await page.locator('.chart .plot').evaluateAll((all) => all.map((p) => p.getAttribute('aria-label')));
  ok(said.length > 0 && said.every((s) => !/[\u4e00-\u9fff]/.test(s)), 'charts speak English on English pages', said);
  for (const list of ['layout', 'post', 'family', 'measure']) {
    await page.goto(`${world.url}/roster/${list}`);
    ok(await overflow(page) <= 0, `the list of ${list} fits a phone`);
  }
  await context.close();
}

await journey(async (world) => {
  await numbersOpenTheirRows(world);
  await narrowAndEnglish(world);
});
