// reads.journey.mjs: an officer is asked why, gives a reason and reads; the person sees who it was; audit sees the pattern
// and nobody's file.
import { journey, office, ok, overflow, violations } from './lib.mjs';

// The security administrator lets files open only when a list showed them.
async function strict(world) {
  const { context, page } = await office(world, 'security');
  const list = await (await page.request.get(world.url + '/kernel/setting', { headers: { Accept: 'application/json' } })).json();
  const row = list.rows.find((r) => r.name === 'reads_met');
  const answer = await page.request.post(`${world.url}/kernel/setting/${row.id}`, { data: { rev: row.rev, value: 'list' }, headers: { Accept: 'application/json' } });
  ok(answer.ok(), 'the security administrator sets how files are met', String(answer.status()));
  await context.close();
}

async function asked(world, own) {
  const { context, page } = await office(world, 'supervision');
  for (let i = 0; i < 200 && !(await page.request.get(world.url + '/roster/unit?size=1', { headers: { Accept: 'application/json' } })).ok(); i++) { await new Promise((r) => setTimeout(r, 50)); }
  await page.goto(`${world.url}/roster/member/${own}`);
  ok(await page.locator('#reason').count() === 1, 'a file that no list showed asks why');
  ok((await violations(page)).length === 0 && await overflow(page) <= 0, 'and does so soundly', await violations(page));
  await page.fill('#reason', '查');
  await page.click('form[action="/reads/reason"] button');
  ok(await page.locator('.sum-bad').count() === 1, 'one character is no reason');
  await page.fill('#reason', '年度统计核对任职时间');
  await page.click('form[action="/reads/reason"] button');
  await page.waitForURL(`**/roster/member/${own}`);
  ok(await page.locator('[data-do=print][data-record]').count() === 1, 'the reason leads on to the file');
  const name = (await page.title()).split(' · ')[0];
  await context.close();
  return name;
}

async function told(world) {
  const { context, page } = await office(world, 'member', { width: 390, height: 844 });
  await page.goto(world.url + '/my/reads');
  const text = await page.textContent('#main');
  ok(text.includes('年度统计核对任职时间'), 'the person sees the reason', text);
  ok(text.includes('没有暂不告知的'), 'and that nobody is withheld');
  ok((await violations(page)).length === 0 && await overflow(page) <= 0, 'on a phone too', await violations(page));
  await context.close();
}

async function audited(world, name) {
  const { context, page } = await office(world, 'audit', { lang: 'en' });
  const answer = await page.goto(world.url + '/admin/reads');
  const text = await page.textContent('#main');
  ok(answer.status() === 200 && !text.includes(name) && !text.includes('年度统计'), 'audit sees no file and no reason', String(answer.status()));
  ok((await violations(page)).length === 0 && await overflow(page) <= 0, 'the patterns are sound', await violations(page));
  await context.close();
}

await journey(async (world) => {
  await strict(world);
  const name = await asked(world, world.accounts.find((a) => a.role === 'member').member);
  await told(world);
  await audited(world, name);
});
