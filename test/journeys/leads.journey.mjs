// leads.journey.mjs: three departments deliver what is said about one cadre; the office makes one matter of it, splits
// one off again and closes; a department sees only its own; an anonymous report from a phone without script, its code,
// and the return visit that answers the office's question; the reporter's name behind the custodian.
import { journey, look, office, ok, person } from './lib.mjs';

const matter = /\/desk\/\d+$/;
const json = async (page, url) => (await page.request.get(url, { headers: { Accept: 'application/json' } })).json();
const day = (back) => new Date(Date.now() + 8 * 3600e3 - back * 86400e3).toISOString().slice(0, 10).replaceAll('-', '.');
async function submit(page, to = matter) {
  await page.locator('button[type=submit].b-main').last().click();
  await page.waitForURL(to);
}
async function step(page, url, name) {
  await page.goto(url);
  await page.locator('section[aria-labelledby=h-n] a', { hasText: name }).first().click();
  await page.waitForSelector('form.form');
}

// One department delivers one lead; the second time round what is missing is told all at once first.
async function deliver(world, branch, number, { reporter, bad, lang, width } = {}) {
  const who = await office(world, `contact_${branch}`, { lang, width }), { page } = who;
  await page.goto(world.url + '/lead');
  await look(page, `leads-${branch}`);
  await page.click('.acts a.b-main');
  await page.waitForSelector('form.form');
  ok(await page.locator('[name=channel] option').count() === 2, `${branch}: only its own channel to choose`);
  if (bad) {
    await page.fill('[name=received_on]', '');
    await page.locator('button[type=submit].b-main').click();
    await page.waitForSelector('.sum-bad');
    ok(await page.locator('.msg-bad').count() >= 4, 'what a lead lacks is told at once');
    await look(page, 'leads-deliver-bad');
  }
  await page.fill('[name=number]', number);
  await page.locator('[name=kind]').selectOption('style');
  await page.fill('[name=about]', '某镇干部');
  await page.fill('[name=summary]', '对群众来访推诿拖延。');
  await page.fill('[name=received_on]', day(3));
  if (reporter) {
    await page.fill('[name=name]', reporter);
    await page.fill('[name=contact]', '0599-7654321');
  }
  await submit(page);
  const url = page.url();
  const text = await page.locator('main').textContent();
  ok(text.includes(number) && !text.includes(reporter ?? '·'), `${branch}: the matter has its number and not the reporter`);
  ok(text.includes('PET-2022-22'), `${branch}: the clock of sorting stands there with its clause`);
  const rows = (await json(page, world.url + '/lead?show=all')).rows;
  ok(rows.some((r) => r.title.includes(number)) && rows.every((r) => r.source === branch), `${branch}: sees its own and nothing else`);
  await who.context.close();
  return url;
}

async function accept(page, url, member) {
  await step(page, url, '受理');
  if (member) { await page.fill('[name=member]', String(member)); }
  await submit(page);
}

async function merge(world, officer, urls) {
  const { page } = officer, ids = urls.map((u) => u.split('/').pop());
  await page.goto(world.url + '/lead');
  await page.locator('.acts button.b-main').click();
  await page.waitForSelector('.sum-bad');
  ok(await page.locator('.msg-bad').count() === 2, 'a merger asks for two leads and for reasons');
  for (const id of ids) { await page.check(`[name=pick][value="${id}"]`); }
  await page.fill('#reasons', '三个渠道反映的是同一件事。');
  await look(page, 'leads-merge');
  await submit(page);
  ok(page.url() === urls[0], 'the earliest takes the others in');
  const along = await page.locator('section[aria-labelledby=h-a]').textContent();
  ok(along.includes('审 202') && along.includes('巡 303'), 'every number is kept and shown');
  await look(page, 'leads-merged');
  await page.goto(urls[1]);
  ok((await page.locator('.note-wait').textContent()).includes('已并入'), 'what goes along says so');
  ok(await page.locator('section[aria-labelledby=h-n] a[href*="/step/"]').count() === 0, 'and offers no step of its own');
  ok((await page.locator('section[aria-labelledby=h-t]').textContent()).includes('PET-2022-34'), 'its own clock runs on');
}

async function split(world, officer, urls) {
  const { page } = officer, id = urls[2].split('/').pop();
  await page.goto(urls[0]);
  const item = page.locator(`section[aria-labelledby=h-a] form[action="/desk/${id}/manage"]`);
  await page.locator('section[aria-labelledby=h-a] li', { hasText: '巡 303' }).locator('summary').click();
  await item.locator('textarea').fill('说的是另一次来访。');
  await item.locator('button').click();
  await page.waitForURL(urls[2]);
  const text = await page.locator('main').textContent();
  ok(text.includes('巡 303') && text.includes('拆分出来') && text.includes('办理中'), 'it goes on by itself from where it stood');
  await step(page, urls[0], '办结并答复');
  await page.locator('[name=outcome]').selectOption('inquiry');
  await page.fill('[name=finding]', '需向本人了解。');
  await page.fill('[name=answer]', '已按程序处理。');
  await page.locator('button[type=submit].b-main').click();
  await page.waitForSelector('.sum-bad');
  ok((await page.locator('.msg-bad').textContent()).length > 0, 'an inquiry needs words for the person');
  await page.fill('[name=put]', '请说明群众来访的接待情况。');
  await look(page, 'leads-close');
  await submit(page);
  for (const [i, state] of [[0, 'closed'], [1, 'closed'], [2, 'handling']]) {
    ok((await json(page, urls[i])).state === state, `lead ${i + 1} is ${state}`);
  }
  const next = (await json(page, urls[0])).content.next_matter;
  ok((await json(page, world.url + `/desk/${next}`)).state === 'drafted', 'an inquiry letter is drafted');
}

async function told(world, url) {
  const { page, context } = await office(world, 'contact_audit', { lang: 'en' });
  await page.goto(url);
  const text = await page.locator('main').textContent();
  ok(text.includes('已按程序处理。') && text.includes('closed'), 'the department reads the answer');
  ok(!text.includes('三个渠道反映的是同一件事'), 'and not why others were merged');
  await look(page, 'leads-answered-en');
  const other = await page.request.get(url.replace(/\d+$/, (n) => String(Number(n) - 1)), { headers: { Accept: 'application/json' } });
  ok(other.status() === 404, 'the other department\'s lead is not there for it');
  await context.close();
}

async function turnOn(world) {
  const visitor = await person(world, { script: false });
  const off = await visitor.page.goto(world.url + '/public');
  ok(off.status() === 404, 'the public page is off by default');
  await visitor.context.close();
  const { page, context } = await office(world, 'security');
  await page.goto(world.url + '/kernel/setting/new');
  await page.fill('[name=name]', 'public_page');
  await page.fill('[name=value]', 'on');
  await page.locator('main button[type=submit].b-main').click();
  await page.waitForURL(/\/kernel\/setting\/\d+/);
  await context.close();
}

// On a phone, without script, in English.
async function report(world) {
  const who = await person(world, { lang: 'en', width: 390, height: 844, script: false }), { page, context } = who;
  await page.goto(world.url + '/public');
  await page.click('a[href="/public/report"]');
  await page.click('button[type=submit]');
  ok(await page.locator('.msg-bad').count() === 3, 'kind, about and what happened are asked for at once');
  await page.locator('#kind').selectOption('duty');
  await page.fill('#about', 'Head of a town office');
  await page.fill('#summary', 'The service window was closed on three working days.');
  await page.click('button[type=submit]');
  const code = (await page.locator('#code').textContent()).trim();
  ok(/^([a-z0-9]{4}-){5}[a-z0-9]{4}$/.test(code), 'a code is shown', code);
  ok((await context.cookies()).length === 0, 'no cookie was set');
  await context.close();
  return code;
}

async function visit(world, code, { lang = 'en', answer } = {}) {
  const who = await person(world, { lang, width: 390, height: 844 }), { page, context } = who;
  await page.goto(world.url + '/public');
  await look(page, `public-${lang}`);
  await page.goto(world.url + '/public/report');
  await look(page, `public-report-${lang}`);
  await page.goto(world.url + '/public/visit');
  await page.fill('#code', code.toUpperCase().replaceAll('-', ' '));
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state');
  if (answer) {
    await page.fill('#more', answer);
    await page.click('button[type=submit]');
    await page.waitForSelector('.note-good');
  }
  await look(page, `public-visit-${lang}`);
  const text = await page.locator('main').textContent();
  ok((await context.cookies()).length === 0, 'a return visit sets no cookie either');
  await context.close();
  return text;
}

async function sealed(world, url) {
  const id = url.split('/').pop();
  const officer = await office(world, 'supervision');
  await officer.page.goto(url);
  await officer.page.click(`a[href="/lead/${id}/reporter"]`);
  ok(!(await officer.page.locator('main').textContent()).includes('虚构写信人'), 'the office does not see the reporter');
  ok(await officer.page.locator('form[action$="/reporter"]').count() === 0, 'and finds nothing to open');
  await look(officer.page, 'leads-sealed');
  await officer.context.close();
  const keeper = await office(world, 'custodian'), { page } = keeper;
  await page.goto(world.url + '/lead/sealed');
  await look(page, 'leads-custodian');
  await page.click(`a[href="/lead/${id}/reporter"]`);
  await page.click('form[action$="/reporter"] button');
  await page.waitForSelector('dl.pairs');
  ok((await page.locator('main').textContent()).includes('虚构写信人'), 'the custodian opens the seal');
  await page.goto(world.url + `/lead/${id}/reporter`);
  const text = await page.locator('main').textContent();
  ok(!text.includes('虚构写信人') && text.includes('封守默'), 'shown once, and who opened it is on record');
  ok((await page.request.get(url, { headers: { Accept: 'application/json' } })).status() === 404, 'the custodian does not read the lead');
  await keeper.context.close();
}

await journey(async (world) => {
  const urls = [await deliver(world, 'petitions', '信 101', { reporter: '虚构写信人', bad: true }),
    await deliver(world, 'audit', '审 202', { lang: 'en' }), await deliver(world, 'inspection', '巡 303', { width: 390 })];
  const officer = await office(world, 'supervision');
  const member = world.accounts.find((a) => a.username === 'member').member;
  for (const url of urls) { await accept(officer.page, url, member); }
  await merge(world, officer, urls);
  await split(world, officer, urls);
  await told(world, urls[1]);
  const cadre = await office(world, 'member');
  ok((await cadre.page.request.get(urls[0], { headers: { Accept: 'application/json' } })).status() === 404, 'the person concerned does not see the lead');
  await cadre.context.close();
  await turnOn(world);
  const code = await report(world);
  ok((await visit(world, code)).includes('within 15 days'), 'the return visit shows where it stands');
  const lead = (await json(officer.page, world.url + '/lead?source=public')).rows[0];
  const url = world.url + `/desk/${lead.id}`;
  await accept(officer.page, url);
  await step(officer.page, url, '向反映人了解情况');
  await officer.page.fill('[name=question]', 'On which days?');
  await submit(officer.page);
  ok((await visit(world, code, { answer: '3, 4 and 5 November.' })).includes('Your answer was received'), 'the question is answered with the code');
  ok((await json(officer.page, url)).content.more === '3, 4 and 5 November.', 'the office reads the answer');
  ok((await visit(world, code, { lang: 'zh-CN' })).includes('已受理'), 'the page speaks Chinese');
  await officer.context.close();
  await sealed(world, urls[0]);
});
