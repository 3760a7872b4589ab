// care.journey.mjs: an admonition from desk to desk: told, answered on paper, the wrong approver refused with the clause,
// approved, put into the file, objected to, looked at again by others and cancelled; a talk with a promise; a letter of
// concern to several by one act; an inquiry closed as clear that leaves no mark. By keyboard where it is said.
import { journey, look, office, ok, person, signIn, signature } from './lib.mjs';

const matter = /\/desk\/\d+$/;
async function submit(page, to = matter) {
  await page.click('button[type=submit].b-main');
  await page.waitForURL(to);
}
async function step(page, url, name) {
  await page.goto(url);
  await page.locator('section[aria-labelledby=h-n] a', { hasText: name }).first().click();
  await page.waitForSelector('form.form');
}
const faultless = (who, name) => ok(who.faults.filter((f) => !f.includes('422') && !f.includes('403')).length === 0,
  `${name}: nothing is said to the console`, who.faults);

// The page of the first signature that waits in this matter, for whoever looks.
async function signatures(page, url) {
  const answer = await page.request.get(url, { headers: { Accept: 'application/json' } });
  return (await answer.json()).signatures.filter((s) => s.state === 'wanted');
}
async function sign(world, url, username, { keyboard = false } = {}) {
  const who = await office(world, username);
  await who.page.goto(url);
  await who.page.locator('section[aria-labelledby=h-s] a').first().click();
  await who.page.waitForURL(/\/sign\//);
  const byKeyboard = async () => {
    const give = who.page.locator('button[value=give]');
    for (let i = 0; i < 60 && !(await give.evaluate((b) => b === document.activeElement)); i++) { await who.page.keyboard.press('Tab'); }
    await who.page.keyboard.press('Enter');
  };
  await signature(world, who.page, username, 'give', keyboard ? byKeyboard : undefined);
  await who.page.waitForURL(url);
  faultless(who, username);
  await who.context.close();
}

// In the demo the two secretaries sit in a township; cadres the district manages are decided on by the district's own.
async function districtSecretaries(world) {
  const who = await office(world, 'security'), { page } = who;
  const all = (await (await page.request.get(world.url + '/admin/office', { headers: { Accept: 'application/json' } })).json()).rows;
  for (const role of ['party_secretary', 'discipline_secretary']) {
    const o = all.find((x) => x.role === role);
    await page.goto(world.url + `/admin/office/${o.id}/edit`);
    const csrf = await page.locator('[name=csrf]').first().inputValue();
    const saved = await page.request.post(world.url + `/admin/office/${o.id}`, { form: { csrf, rev: String(o.rev), account: String(o.account), role, unit: '1', from_on: o.from_on }, maxRedirects: 0 });
    ok(saved.status() === 303, `${role} sits in the district`, await saved.text());
  }
  await who.context.close();
}

async function propose(world, officer, member) {
  const { page } = officer;
  await page.goto(world.url + `/desk/open/care.admonition?member=${member}`);
  await page.click('button[type=submit].b-main');
  await page.waitForSelector('.sum-bad');
  ok(await page.locator('.msg-bad').count() >= 4, 'ground, facts and material are asked for at once');
  await page.fill('#title', '个人有关事项报告不实');
  ok(await page.locator('[name=ground] option').count() === 14, 'thirteen grounds and no other');
  await page.locator('[name=ground]').selectOption('8');
  await page.locator('[name=source]').selectOption('daily');
  await page.fill('[name=cause]', '二〇二六年报告漏填一处房产。');
  await page.fill('[name=material]', '核查报告，示核〔2026〕7号');
  await look(page, 'admonition-propose');
  await submit(page);
  const url = page.url();
  await step(page, url, '告知本人');
  await submit(page);
  await sign(world, url, 'minister');
  return url;
}

async function heard(world, url) {
  const cadre = await office(world, 'member', { width: 390, height: 844 });
  await step(cadre.page, url, '签收');
  await submit(cadre.page);
  await look(cadre.page, 'admonition-received-390');
  await cadre.context.close();
  const minister = await office(world, 'minister');
  await minister.page.goto(url + '/step/reply');
  await minister.page.fill('[name=reply]', '房产系继承所得，未及时补报。（书面陈述原件附后）');
  await minister.page.click('button[type=submit].b-main');
  await minister.page.waitForSelector('.sum-bad');
  ok((await minister.page.locator('.sum-bad').textContent()).includes('扫描件'), 'what came on paper needs its scan');
  await minister.page.fill('[name=reply]', '房产系继承所得，未及时补报。（书面陈述原件附后）');
  await minister.page.setInputFiles('[name="paper.scan"]', { name: '陈述.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 scan') });
  await minister.page.fill('#on', new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10));
  await look(minister.page, 'admonition-paper');
  await submit(minister.page);
  ok((await minister.page.locator('.tl').textContent()).includes('纸'), 'the history says that it came on paper');
  await minister.context.close();
}

async function decide(world, officer, url) {
  const { page } = officer;
  await step(page, url, '作出诫勉决定');
  await page.locator('[name=form]').selectOption({ label: '书面函件' });
  await page.fill('[name=finding]', '陈述属实，漏报成立，情节较轻。');
  await submit(page);
  await sign(world, url, 'minister');
  const minister = await office(world, 'minister');
  const last = (await signatures(minister.page, url))[0];
  await minister.page.goto(`${url}/sign/${last.id}`);
  ok((await minister.page.locator('.note-wait').textContent()).includes('TIP-2015-ADM-2'), 'the wrong approver is told the clause');
  ok(await minister.page.locator('button[value=give]').count() === 0, 'and finds nothing to press');
  const csrf = await minister.page.locator('[name=csrf]').first().inputValue();
  const forced = await minister.page.request.post(`${url}/sign/${last.id}`, { form: { csrf, rev: String(last.rev), answer: 'give' } });
  ok(forced.status() === 403 && (await forced.text()).includes('TIP-2015-ADM-2'), 'a signature sent all the same is refused with the clause');
  await look(minister.page, 'admonition-wrong-approver');
  await minister.context.close();
  await sign(world, url, 'party_secretary', { keyboard: true });
}

async function inFile(world, officer, member, there) {
  for (let i = 0; i < 60; i++) { // the columns and findings follow a moment later
    await officer.page.goto(world.url + `/roster/member/${member}`);
    if ((await officer.page.locator('main').textContent()).includes('诫勉') === there) { break; }
    await officer.page.waitForTimeout(250);
  }
  ok((await officer.page.locator('main').textContent()).includes('诫勉') === there, there ? 'the portrait shows the measure while it is in effect' : 'the portrait shows nothing of it any more');
}

async function objects(world, url) {
  const cadre = await office(world, 'member'), { page } = cadre;
  await step(page, url, '签收决定');
  await submit(page);
  ok((await page.locator('section[aria-labelledby=h-t]').textContent()).includes('TIP-2015-ADM-4'), 'the clock of the self-review runs from receipt');
  await step(page, url, '提交书面检查');
  await page.fill('[name=review]', '认识到报告个人有关事项的严肃性，今后如实填报。');
  await submit(page);
  await page.locator('a[href^="/my/appeal/"]').click();
  const rights = await page.locator('section[aria-labelledby=h-r]').textContent();
  ok(rights.includes('不会因为') && rights.includes('不停止执行') && rights.includes('CSL-2018-95'), 'not worse, not suspended, and until when: all on the page');
  await page.click('button[type=submit].b-main');
  await page.waitForSelector('.sum-bad');
  await page.fill('#objection', '房产为公租房，不属应报告范围，附租赁合同。');
  await look(page, 'appeal-ask');
  await submit(page);
  const appeal = page.url();
  await look(page, 'appeal-asked');
  faultless(cadre, 'cadre');
  await cadre.context.close();
  return appeal;
}

async function reviewed(world, officer, appeal, url) {
  await officer.page.goto(appeal);
  ok((await officer.page.locator('section[aria-labelledby=h-n]').textContent()).includes('须由他人办理'), 'who proposed it does not review it');
  const other = await office(world, 'discipline_secretary');
  await step(other.page, appeal, '复核撤销');
  await other.page.fill('[name=answer]', '经核，该房产为公租房，不属应报告范围。');
  await submit(other.page);
  await look(other.page, 'appeal-cancelled');
  faultless(other, 'discipline secretary');
  await other.context.close();
  await officer.page.goto(url);
  ok((await officer.page.locator('.say b').first().textContent()).includes('撤销'), 'the admonition has ended as cancelled');
}

async function talks(world, officer, member) {
  const { page } = officer;
  await page.goto(world.url + '/care/talks');
  await look(page, 'talks');
  await page.goto(world.url + `/desk/open/care.talk?member=${member}`);
  await page.fill('#title', '年度谈心');
  await page.locator('[name=kind]').selectOption('yearly');
  await page.fill('[name=held_on]', '2026.01.08');
  await page.fill('[name=held_by]', '程立言');
  await page.fill('[name=said]', '谈了工作和学习。');
  await page.fill('[name=promise]', '协调安排一次业务培训');
  await page.click('button[type=submit].b-main');
  await page.waitForSelector('.sum-bad');
  ok((await page.locator('.sum-bad').textContent()).includes('办结日期'), 'a promise has its day');
  await page.fill('[name=promise_by]', '2031.06.30');
  await look(page, 'talk-record');
  await submit(page);
  const url = page.url(), cadre = await office(world, 'member');
  await step(cadre.page, url, '确认记录');
  await submit(cadre.page);
  ok((await cadre.page.locator('.say b').first().textContent()).includes('已确认'), 'the cadre confirms what was written down');
  await cadre.context.close();
  await page.goto(world.url + '/care/letter');
  const promises = page.locator('tbody tr', { hasText: '谈话承诺' }).first();
  ok(await promises.count() === 1, 'the promise became a matter with its own day');
}

async function concern(world, officer) {
  const { page } = officer;
  await page.goto(world.url + '/care/due');
  await look(page, 'due');
  const boxes = page.locator('input[name=pick]'), n = Math.min(3, await boxes.count());
  ok(n > 0, 'somebody stands before a node');
  const first = await boxes.first().getAttribute('value');
  await page.locator('form[method=post] button[type=submit].b-main').click();
  await page.waitForSelector('.sum-bad');
  for (let i = 0; i < n; i++) { await boxes.nth(i).check(); }
  await page.fill('#title', '任职廉洁提醒');
  await page.fill('#body', '值此任职之际，望廉洁奉公，如有困难请随时联系组织。');
  await page.locator('form[method=post] button[type=submit].b-main').click();
  await page.waitForURL(/sent=/);
  ok((await page.locator('[role=status]').first().textContent()).includes(String(n)), 'as many letters as were ticked');
  ok(await page.locator(`input[value="${first}"]`).count() === 0, 'nobody is offered twice for the same');
}

// A marker in every text of an inquiry that is closed as clear: found in its own matter and nowhere else.
async function unmarked(world, officer, member) {
  const mark = '雁字回时', { page } = officer;
  await page.goto(world.url + `/desk/open/care.inquiry?member=${member}`);
  await page.fill('#title', mark);
  await page.locator('[name=aspect]').selectOption('duty');
  await page.locator('[name=source]').selectOption('audit');
  await page.fill('[name=cause]', mark);
  await submit(page);
  const url = page.url();
  await step(page, url, '发出函询');
  await submit(page);
  await sign(world, url, 'minister');
  const cadre = await office(world, 'member');
  await step(cadre.page, url, '签收');
  await submit(cadre.page);
  await step(cadre.page, url, '答复');
  await cadre.page.fill('[name=reply]', mark);
  await submit(cadre.page);
  await cadre.context.close();
  await step(page, url, '予以了结');
  await page.fill('[name=finding]', mark);
  await submit(page);
  await sign(world, url, 'minister');
  const places = ['/', '/desk', '/desk?show=mine', '/care/letter', '/care/due', '/care/talks', '/findings', '/findings?state=all', '/search?q=' + encodeURIComponent(mark),
    '/roster/member', '/roster/unit', `/roster/member/${member}`, '/records', '/care/inquiry', '/flow/matter', '/flow/document', '/care/inquiry/export', '/flow/matter/export', '/roster/member?format=csv'];
  for (const username of ['supervision', 'minister', 'cadre_officer']) {
    const who = await office(world, username);
    for (const accept of ['text/html', 'application/json']) {
      for (const at of places) {
        const answer = await who.page.request.get(world.url + at, { headers: { Accept: accept } });
        const text = answer.ok() ? (await answer.text()).replace(encodeURIComponent(mark), '') : '';
        if (at.startsWith('/search')) { continue; }
        if (text.includes(mark)) { ok(false, `${username} ${at} (${accept}) shows the inquiry that was cleared`); }
      }
    }
    await who.context.close();
  }
  const counted = await (await page.request.get(world.url + '/care/letter', { headers: { Accept: 'application/json' } })).json();
  ok(!counted.rows.some((r) => url.endsWith('/' + r.id)), 'what was cleared is in no list, and counted nowhere');
  ok((await (await page.request.get(url)).text()).includes(mark), 'and stands in its sealed matter only');
}

async function english(world) {
  const who = await office(world, 'supervision', { lang: 'en' });
  for (const at of ['/care/letter', '/care/due', '/care/talks', '/desk/open/care.admonition', '/desk/open/care.talk']) {
    const answer = await who.page.goto(world.url + at);
    ok(answer.ok(), `${at} answers`, String(answer.status()));
    await look(who.page, 'en' + at.replaceAll('/', '-'));
  }
  faultless(who, 'in English');
  await who.context.close();
  const small = await office(world, 'supervision', { width: 390, height: 844 });
  for (const at of ['/care/letter', '/care/due', '/care/talks']) {
    await small.page.goto(world.url + at);
    await look(small.page, '390' + at.replaceAll('/', '-'));
  }
  await small.context.close();
}

journey(async (world) => {
  const member = world.accounts.find((a) => a.username === 'member').member;
  const first = await person(world);
  await signIn(world, first.page);
  await first.context.close();
  await districtSecretaries(world);
  const officer = await office(world, 'supervision');
  const url = await propose(world, officer, member);
  await heard(world, url);
  await decide(world, officer, url);
  await inFile(world, officer, member, true);
  await officer.page.goto(url);
  await look(officer.page, 'admonition-decided');
  const appeal = await objects(world, url);
  await reviewed(world, officer, appeal, url);
  await inFile(world, officer, member, false);
  await talks(world, officer, member);
  await concern(world, officer);
  await unmarked(world, officer, member);
  await english(world);
  faultless(officer, 'officer');
});
