// forms.journey.mjs: what offices exchange: a form seen, shown with wishes and taken, those of a list, the two tables whose
// numbers open their rows, the order of a unit, two files of one person merged, an import undone. Both languages, wide and
// narrow, with and without script.
import { journey, ok, overflow, person, signIn, violations } from './lib.mjs';

const pages = ['/roster/member/7/form', '/roster/member/forms', '/roster/tables?which=posts', '/roster/tables?which=team',
  '/roster/member/7/merge?with=8', '/roster/member/7/move', '/roster/import'];

async function looks(world, unit) {
  for (const lang of ['zh-CN', 'en']) {
    for (const width of [1366, 390]) {
      const { context, page } = await person(world, { lang, width });
      await signIn(world, page);
      await page.goto(world.url + '/roster/member');
      for (const path of [...pages, `/roster/unit/${unit}/order`]) {
        const answer = await page.goto(world.url + path);
        const bad = await violations(page), over = path.endsWith('/form') ? 0 : await overflow(page);
        ok(answer.status() === 200 && bad.length === 0 && over <= 0, `${path} ${lang} ${width}`, answer.status(), bad, over);
      }
      await context.close();
    }
  }
}

async function taken(world) {
  const { context, page } = await person(world, { script: false });
  await signIn(world, page);
  await page.goto(world.url + '/roster/member/7/form');
  await page.locator('summary').first().click();
  await page.fill('#proposed', '示例区示例局局长');
  await page.click('form[action$="/form"] button:not([name])');
  ok((await page.locator('.form-1').textContent()).includes('示例区示例局局长'), 'the form shows what was wished');
  await page.locator('summary').first().click();
  await page.click('button[value=lrmx]');
  ok(await page.locator('.sum-bad').count() === 1, 'a file is not given without a purpose');
  await page.fill('#reason', '呈报任免');
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('button[value=lrmx]')]);
  ok(file.suggestedFilename().endsWith('.lrmx'), 'the file is an .lrmx', file.suggestedFilename());
  await page.goto(world.url + '/roster/member/forms?q=' + encodeURIComponent('王'));
  await page.check('#as-docx');
  await page.fill('#reason', '呈报任免');
  const [zip] = await Promise.all([page.waitForEvent('download'), page.click('main form[method=post] .b-main')]);
  ok(zip.suggestedFilename().endsWith('.zip'), 'those of a list come in a zip', zip.suggestedFilename());
  await context.close();
}

async function numbersOpenTheirRows(world) {
  const { context, page } = await person(world);
  await signIn(world, page);
  for (const which of ['posts', 'team']) {
    await page.goto(`${world.url}/roster/tables?which=${which}`);
    const links = await page.locator('tbody td a[href^="/roster/member"]').evaluateAll((all) => all.slice(0, 30).map((a) => [a.getAttribute('href'), Number(a.textContent)]));
    let wrong = 0;
    for (const [href, n] of links) {
      const rows = await (await page.request.get(world.url + href, { headers: { Accept: 'application/json' } })).json();
      if (rows.total !== n) { wrong++; }
    }
    ok(links.length > 5 && wrong === 0, `numbers of ${which} open as many rows`, links.length, wrong);
  }
  await context.close();
}

async function ordered(world, unit) {
  for (const script of [false, true]) {
    const { context, page } = await person(world, { script });
    await signIn(world, page);
    await page.goto(`${world.url}/roster/unit/${unit}/order`);
    const names = () => page.locator('tbody th').allTextContents();
    const before = await names();
    if (script) {
      await page.locator('tbody tr').nth(1).dragTo(page.locator('tbody tr').nth(0), { targetPosition: { x: 20, y: 2 } });
      await page.click('button[name=save]');
    } else {
      await page.locator('button[name=up]').nth(1).click();
    }
    const after = await names();
    ok(after[0] === before[1] && after[1] === before[0], `the order is kept, ${script ? 'dragged' : 'without script'}`, before.slice(0, 2), after.slice(0, 2));
    await context.close();
  }
}

async function mergedAndUndone(world) {
  const { context, page } = await person(world, { script: false });
  await signIn(world, page);
  await page.goto(world.url + '/roster/member');
  await page.goto(world.url + '/roster/member/9/merge?with=9');
  ok(await page.locator('.sum-bad').count() === 1, 'nobody is merged with himself');
  await page.goto(world.url + '/roster/member/9/merge?with=10');
  await page.fill('#reason', '同一人录入两次');
  await page.click('main form[method=post] .b-main');
  await page.goto(world.url + '/roster/member/10');
  ok(page.url().endsWith('/roster/member/9'), 'the old address leads to the file that was kept', page.url());
  await page.goto(world.url + '/roster/import');
  await page.setInputFiles('#file', { name: 'a.lrmx', mimeType: 'application/xml', buffer: Buffer.from('<Person><XingMing>白其八</XingMing><XingBie>男</XingBie><ChuShengNianYue>197503</ChuShengNianYue></Person>') });
  await page.click('form[enctype] button');
  await page.click('button[value=write]');
  await page.goto(world.url + '/roster/import');
  await page.click('a[href$="/undo"]');
  await page.click('form[action$="/undo"] .b-main');
  ok(await page.locator('.note-good').count() === 1, 'an import is undone and told');
  const left = async () => (await (await page.request.get(world.url + '/roster/member?q=' + encodeURIComponent('白其八'), { headers: { Accept: 'application/json' } })).json()).total;
  for (let i = 0; i < 100 && await left() > 0; i++) { await page.waitForTimeout(50); }
  const answer = await page.request.get(world.url + '/roster/member?q=' + encodeURIComponent('白其八'), { headers: { Accept: 'application/json' } });
  ok(await left() === 0, 'who came in with it is gone', String(answer.status()), (await answer.text()).slice(0, 1500));
  await context.close();
}

await journey(async (world) => {
  const { context, page } = await person(world);
  await signIn(world, page);
  const units = await (await page.request.get(world.url + '/roster/member', { headers: { Accept: 'application/json' } })).json();
  const member = await (await page.request.get(`${world.url}/roster/member/${units.rows[0].id}`, { headers: { Accept: 'application/json' } })).json();
  await context.close();
  await looks(world, member.unit);
  await taken(world);
  await numbersOpenTheirRows(world);
  await ordered(world, member.unit);
  await mergedAndUndone(world);
});
