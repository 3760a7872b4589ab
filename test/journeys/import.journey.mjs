// import.journey.mjs: an officer brings a district in: 300 forms in one zip into a house without people, dry run,
// writing, words to posts, relatives; then the findings are those planted in the forms. A roster follows: columns are
// confirmed once, what is refused comes back in the officer's own sheet. Clicks are counted and told.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, journey, ok, overflow, person, signIn, violations } from './lib.mjs';

let clicks = 0;
async function click(page, selector) {
  clicks++;
  await Promise.all([page.waitForNavigation({ timeout: 60000 }), page.locator(selector).first().click()]);
}

async function good(page, what) {
  const bad = await violations(page);
  ok(bad.length === 0, `axe finds nothing serious on ${what}`, bad);
  ok(await overflow(page) <= 0, `${what} does not stick out at the side`);
}

async function upload(page, world, file) {
  await page.goto(world.url + '/roster/import');
  await page.setInputFiles('#file', file);
  clicks++;
  await click(page, 'form[enctype] button[type=submit]');
}

async function answerAll(page, world, path, button, what) {
  await page.goto(world.url + path);
  await good(page, what);
  let pages = 0;
  while (pages < 60 && await page.locator(button).count() > 0) {
    const before = await page.locator('tbody tr').count();
    await click(page, button);
    pages++;
    if (new URL(page.url()).searchParams.has('after') && await page.locator('tbody tr').count() === before && pages > 40) { break; }
  }
  return pages;
}

function lines(text) {
  return text.split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
}

async function forms(world) {
  const zip = join(world.dir, 'forms.zip'), planted = join(world.dir, 'planted');
  execFileSync(bin, ['demo-forms', '--members', '300', '--seed', '1', '--out', zip, '--planted', planted], { stdio: 'ignore' });
  const { context, page, faults } = await person(world);
  await signIn(world, page);
  await upload(page, world, zip);
  ok(/\/roster\/import\/\d+$/.test(page.url()), 'the dry run shows its result');
  ok((await page.locator('.figs').textContent()).replace(/\s/g, '').includes('新增300人'), '300 people are new');
  await good(page, 'the dry run');
  await click(page, 'button[value=write]');
  ok(page.url().includes('show=written'), 'they are written');
  const words = await answerAll(page, world, '/roster/words', 'form[action="/roster/words"] button[type=submit]', 'words to posts');
  ok(await page.locator('tbody tr').count() === 0, `every post text is answered (${words} pages)`);
  const kin = await answerAll(page, world, '/roster/kin', '#never', 'the relatives');
  ok(kin === 0, 'relatives wait for an answer');
  const open = page.locator('tbody tr');
  const n = await open.count();
  // what the officer knows: these two are the same person where the unit agrees; where it does not he looks and says so
  for (let i = 0; i < n; i++) {
    const row = open.nth(i);
    if (await row.locator('input[type=radio]:checked[value=""]').count() > 0) {
      clicks++;
      await row.locator('input[type=radio]').first().check();
    }
  }
  if (n > 0) { await click(page, 'form[action="/roster/kin"] button[type=submit]'); }
  ok(await page.locator('tbody tr').count() === 0, `all ${n} relatives are answered`);
  ok(faults.length === 0, 'nothing is said to the console', faults);
  console.log(`# ${clicks} clicks from the file to findings`);
  await context.close();
  return planted;
}

function findings(world, planted) {
  const carried = lines(readFileSync(planted, 'utf8'));
  const rules = new Set(carried.map((c) => c.rule));
  const out = execFileSync(bin, ['check', '--db', world.db, '--json'], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  const found = lines(out).filter((f) => rules.has(f.rule));
  for (const rule of rules) {
    const want = carried.filter((c) => c.rule === rule).length, got = found.filter((f) => f.rule === rule).length;
    ok(got === want, `${rule}: ${want} are planted, ${got} are found`, found.filter((f) => f.rule === rule).slice(0, 3));
  }
}

async function roster(world) {
  const csv = join(world.dir, '名册.csv');
  writeFileSync(csv, '示例区干部名册,,,,\n姓　名,现任职务,出生年月,来区时间,入党时间\n江　澄,示例区示例局局长,1975.03,2019.05,1998.06\n韩望,示例区示例局科员,1975.13,2020.01,=A3+1\n');
  const { context, page, faults } = await person(world);
  await signIn(world, page);
  await upload(page, world, csv);
  ok(page.url().endsWith('/columns'), 'a header not seen before asks for its columns');
  await good(page, 'the columns');
  await page.selectOption('select[name="means.3"]', 'post_since');
  await click(page, 'button[form=columns]');
  ok((await page.locator('tbody').textContent()).includes('1975.13'), 'the refused row names its value');
  const refused = await page.locator('tbody tr').count();
  ok(refused === 1, 'only the wrong row is refused');
  const answer = await page.request.get(page.url().split('?')[0] + '/errors?format=csv');
  const sheet = await answer.text();
  ok(sheet.includes("'=A3+1") && sheet.includes('1975.13') && !sheet.includes('江'), 'the sheet comes back with the refused row, harmless', sheet);
  await click(page, '.figs a[href*="show=new"]');
  await good(page, 'the new people');
  await click(page, 'button[value=leave]');
  ok(await page.locator('tbody input[type=checkbox]:checked').count() === 1, 'everybody can be left out at once');
  await click(page, 'button[value=unleave]');
  await click(page, 'button[value=write]');
  await upload(page, world, csv);
  ok(!page.url().endsWith('/columns'), 'the same header is known again');
  const text = (await page.locator('.figs').textContent()).replace(/\s/g, '');
  ok(text.includes('无变化1人'), 'a second import changes nothing', text);
  ok(faults.length === 0, 'nothing is said to the console', faults);
  await context.close();
}

await journey(async (world) => {
  const planted = await forms(world);
  findings(world, planted);
  await roster(world);
}, { house: true });
