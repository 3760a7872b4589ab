// letter.journey.mjs: an inquiry letter from desk to desk: an officer drafts it, the minister signs, the cadre confirms and
// answers on a phone, the officer closes it as clear and nothing of it is left where people are chosen. The person's own
// door: his file, a finding that asks him, a correction he asks for.
import { writeFileSync } from 'node:fs';
import { journey, look, office, ok, person, signIn, signature } from './lib.mjs';

async function draft(world, officer, member) {
  const { page } = officer;
  await page.goto(world.url + '/desk');
  await look(page, 'desk-empty');
  await page.goto(world.url + `/desk/open/care.inquiry?member=${member}`);
  await page.click('button[type=submit].b-main');
  await page.waitForSelector('.sum-bad');
  ok(await page.locator('.msg-bad').count() >= 3, 'everything that lacks is said at once');
  await page.fill('#title', '服务采购分次签订合同');
  await page.locator('[name=aspect]').selectOption('duty');
  await page.locator('[name=source]').selectOption('audit');
  await page.fill('[name=cause]', '一、分三次采购的原因；二、供应单位的选定过程。');
  await look(page, 'letter-draft');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  await page.click('text=发出函询');
  await page.waitForSelector('form.form');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  ok(await page.locator('.note-wait').count() === 1, 'it waits for the signature');
  await look(page, 'letter-pending');
  return page.url();
}

async function sign(world, url, give) {
  const minister = await office(world, 'minister');
  await minister.page.goto(world.url + '/desk?show=signing');
  await look(minister.page, 'desk-signing');
  await minister.page.locator('tbody th a').first().click();
  await minister.page.waitForURL(/\/sign\//);
  ok((await minister.page.locator('.lines').first().textContent()).includes('分三次采购'), 'the signer sees the whole text');
  await look(minister.page, 'letter-sign');
  await signature(world, minister.page, 'minister', give ? 'give' : 'refuse');
  await minister.page.waitForURL(url);
  await minister.page.goto(world.url + '/office');
  await minister.page.locator('section[aria-labelledby=signed] summary').first().click();
  ok((await minister.page.locator('section[aria-labelledby=signed] .lines').first().textContent()).includes('分三次采购'),
    'what was signed stays in sight of who signed it');
  await look(minister.page, 'office-signed');
  ok(minister.faults.length === 0, 'nothing is said to the console', minister.faults);
  await minister.context.close();
}

async function answer(world) {
  const cadre = await office(world, 'member', { width: 390, height: 844 });
  const { page } = cadre;
  await page.goto(world.url + '/my');
  await look(page, 'my-390');
  await page.click('text=服务采购分次签订合同');
  await page.waitForURL(/\/desk\/\d+$/);
  await page.locator('section[aria-labelledby=h-n] a', { hasText: '签收' }).click();
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  ok((await page.locator('.due').first().textContent()).includes('工作日'), 'the clock runs from receipt');
  await page.locator('section[aria-labelledby=h-n] a', { hasText: '答复' }).first().click();
  await page.fill('[name=reply]', '三次采购对应春、夏、秋三季演出，均经局党组会研究。');
  await look(page, 'letter-reply-390');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  await look(page, 'letter-answered-390');
  await page.locator('section[aria-labelledby=h-l] a').first().click();
  await page.waitForURL(/\/document\//);
  ok((await page.locator('.sheet').first().textContent()).includes('函询通知书'), 'the letter itself can be read');
  ok(cadre.faults.length === 0, 'nothing is said to the console', cadre.faults);
  await cadre.context.close();
}

async function close(world, officer, url) {
  const { page } = officer;
  await page.goto(url);
  await page.click('text=予以了结');
  await page.fill('[name=finding]', '采购均经集体研究，未发现问题。');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  await sign(world, url, true);
  await page.goto(url);
  ok((await page.locator('.say b').first().textContent()).includes('予以了结'), 'it is closed as clear');
  await look(page, 'letter-closed');
  await page.locator('section[aria-labelledby=h-l] a').first().click();
  await page.waitForSelector('.sheet');
  await look(page, 'letter-document');
  const docx = await page.request.get(page.url() + '/docx');
  if (process.env.QF_SHOTS) { writeFileSync(`${process.env.QF_SHOTS}/letter.docx`, await docx.body()); }
  ok(docx.ok() && (await docx.body()).subarray(0, 2).toString() === 'PK', 'and comes for a word processor');
}

async function ownDoor(world, member) {
  const cadre = await office(world, 'member'), { page } = cadre;
  await page.goto(world.url + '/my/file');
  await look(page, 'my-file');
  await page.locator('a', { hasText: '请求更正' }).first().click();
  await page.waitForURL(/\/my\/correct/);
  await page.click('button[type=submit].b-main');
  await page.waitForSelector('.sum-bad');
  await page.fill('#wanted', '参加工作时间应为 1998.08，见派遣证。');
  await look(page, 'my-correct');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  const url = page.url();
  const other = await page.request.get(world.url + `/my/correct?record=roster.member&row=${member + 1}`);
  ok(other.status() === 404, "another person's row is not found");
  ok((await page.request.get(world.url + '/roster/member')).status() === 403, 'the roster is not his to read');
  const officer = await office(world, 'cadre_officer');
  await officer.page.goto(url);
  await officer.page.click('section[aria-labelledby=h-n] >> text=已更正');
  await officer.page.fill('[name=decision]', '已核对派遣证。');
  await officer.page.click('button[type=submit].b-main');
  await officer.page.waitForSelector('.sum-bad');
  ok((await officer.page.locator('.sum-bad').textContent()).includes('还没有改动'), 'corrected is said only when it was');
  await officer.page.goto(url);
  await officer.page.click('section[aria-labelledby=h-n] >> text=不予更正');
  await officer.page.fill('[name=decision]', '档案中派遣证为 1998.09。');
  await officer.page.click('button[type=submit].b-main');
  await officer.page.waitForURL(/\/desk\/\d+$/);
  await page.goto(world.url + '/my');
  ok(await page.locator('section[aria-labelledby=h-w] a').count() > 0, 'the refusal waits for him, with the time to object');
  await officer.context.close();
  await cadre.context.close();
}

// A finding asks him: he confirms receipt, nobody closes it against him before he answered, he objects.
async function hearing(world) {
  const cadre = await office(world, 'member', { width: 390, height: 844 }), { page } = cadre;
  const officer = await office(world, 'supervision');
  await page.goto(world.url + '/my');
  await page.locator('section[aria-labelledby=h-f] a').first().click();
  await page.waitForURL(/\/my\/findings\//);
  await look(page, 'my-finding-390');
  const id = page.url().match(/\d+$/)[0];
  await officer.page.goto(world.url + `/findings/${id}`);
  const reason = officer.page.locator('#reason, [name=reason]').first();
  if (await officer.page.locator('#reasons').count() === 0 && await reason.count() > 0) {
    await reason.fill('核实提示');
    await officer.page.locator('form button[type=submit]').last().click();
    await officer.page.waitForURL(new RegExp(`/findings/${id}`));
  }
  await officer.page.fill('#close [name=reasons]', '情况属实');
  await officer.page.click('#close button[type=submit]');
  await officer.page.waitForSelector('.sum-bad');
  ok((await officer.page.locator('.sum-bad').textContent()).includes('问本人'), 'nobody closes it before he was heard');
  await page.click('text=我已收到');
  await page.waitForURL(/\/desk\/\d+$/);
  const url = page.url();
  await officer.page.goto(url);
  ok(await officer.page.locator('section[aria-labelledby=h-n] >> text=尚未听取本人意见').count() > 0 || await officer.page.locator('section[aria-labelledby=h-n] a', { hasText: '问题成立' }).count() === 0, 'nor on the page of the matter');
  await page.locator('section[aria-labelledby=h-n] a', { hasText: '说明' }).first().click();
  await page.fill('[name=reply]', '已于上月辞去，正在办理变更登记。');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  await officer.page.goto(url);
  await officer.page.locator('section[aria-labelledby=h-n] a', { hasText: '问题成立' }).click();
  await officer.page.fill('[name=decision]', '登记未变更，请于一个月内办结。');
  await officer.page.click('button[type=submit].b-main');
  await officer.page.waitForURL(/\/desk\/\d+$/);
  await page.goto(url);
  await page.locator('section[aria-labelledby=h-n] a', { hasText: '提出异议' }).click();
  await page.fill('[name=objection]', '变更登记已受理，附回执。');
  await page.click('button[type=submit].b-main');
  await page.waitForURL(/\/desk\/\d+$/);
  await officer.page.goto(url);
  ok(await officer.page.locator('section[aria-labelledby=h-n] >> text=须由他人办理').count() === 2, 'who decided first does not decide the objection');
  await look(officer.page, 'hearing-objected');
  await officer.context.close();
  await cadre.context.close();
}

journey(async (world) => {
  const member = world.accounts.find((a) => a.username === 'member').member;
  const first = await person(world);
  await signIn(world, first.page);
  await first.context.close();
  const officer = await office(world, 'supervision');
  const url = await draft(world, officer, member);
  await sign(world, url, true);
  await answer(world);
  await close(world, officer, url);
  await ownDoor(world, member);
  await hearing(world);
  ok(officer.faults.filter((f) => !f.includes('422')).length === 0, 'nothing is said to the console', officer.faults);
});
