// signin.journey.mjs: a new house. Three people make the three administrators with their one-time codes and set up
// second factors; one signs in with his; slips are printed, and a cadre signs in first with one on a phone; he ends a
// session; a reset needs two persons. axe finds nothing serious on any of the pages.
import { code, journey, ok, overflow, person, violations } from './lib.mjs';

async function sound(page, faults, name) {
  const found = await violations(page), over = await overflow(page);
  ok(found.length === 0 && over <= 0 && faults.length === 0, `${name} is sound`, [...found, over + ' px over', ...faults.splice(0)]);
}

async function enrol(page) {
  const secret = await page.locator('code.secret').textContent();
  ok(await page.locator('svg.qr path').count() === 1, 'the key is shown as a picture too');
  await page.fill('#code', '000000');
  await page.click('main button[type=submit]');
  ok((await page.locator('#code-e').textContent()).length > 5 && await page.locator('code.secret').textContent() === secret, 'a wrong code says so and the key stays');
  await page.fill('#code', await code(secret));
  await page.click('main button[type=submit]');
  await page.waitForURL((u) => !u.pathname.startsWith('/login'));
  return secret;
}

async function setUp(world, role, name, username) {
  const { context, page, faults } = await person(world, { lang: role === 'audit' ? 'en' : 'zh-CN' });
  await page.goto(world.url + '/setup');
  await sound(page, faults, 'the wizard');
  await page.fill('#code', world.codes[role].toUpperCase().replaceAll('-', ' '));
  await page.fill('#name', name);
  await page.fill('#username', username);
  await page.fill('#password', 'password1234');
  await page.fill('#again', 'password1234');
  await page.click('main button[type=submit]');
  ok(await page.locator('#password-e').count() === 1, 'a common password is refused beside its field');
  await page.fill('#password', 'a quiet river in ' + role);
  await page.fill('#again', 'a quiet river in ' + role);
  await page.click('main button[type=submit]');
  await page.waitForURL(/\/login\/second/);
  const before = (await context.cookies()).find((c) => c.name === 'qf_session').value;
  faults.length = 0; // the refused form was a 422
  await sound(page, faults, 'enrolment');
  await page.goto(world.url + '/account');
  ok(page.url().includes('/login/second'), 'nothing else opens before the second factor stands');
  const secret = await enrol(page);
  ok((await context.cookies()).find((c) => c.name === 'qf_session').value !== before, 'the session has a new token');
  await context.close();
  return { username, password: 'a quiet river in ' + role, secret };
}

async function codesAreUsedUp(world) {
  const { context, page } = await person(world, { script: false });
  await page.goto(world.url + '/setup');
  await page.fill('#code', world.codes.system);
  await page.fill('#name', '又一人');
  await page.fill('#username', 'again');
  await page.fill('#password', 'a quiet river in spring');
  await page.fill('#again', 'a quiet river in spring');
  await page.click('main button[type=submit]');
  ok(await page.locator('#code-e').count() === 1, 'a code works once');
  await page.goto(world.url + '/login');
  ok(await page.locator('a[href="/setup"]').count() === 0, 'with three administrators the wizard is no longer offered');
  await context.close();
}

async function signIn(world, who, options) {
  const one = await person(world, options);
  await one.page.goto(world.url + '/login');
  await one.page.fill('#username', who.username);
  await one.page.fill('#password', who.password);
  await one.page.click('main button[type=submit]');
  if (who.secret) {
    await one.page.waitForURL(/\/login\/code/);
    await sound(one.page, one.faults, 'the page that asks for the code');
    await one.page.fill('#code', await code(who.secret));
    await one.page.click('main button[type=submit]');
  }
  await one.page.waitForURL((u) => !u.pathname.startsWith('/login'));
  return one;
}

async function again(page, who) {
  if (!page.url().includes('/account/again')) { return; }
  await page.fill('#code', await code(who.secret));
  await page.click('main button[type=submit]');
  await page.waitForURL((u) => u.pathname !== '/account/again');
}

async function slips(world, security) {
  const { context, page, faults } = await signIn(world, security);
  await page.goto(world.url + '/admin/slips');
  await sound(page, faults, 'the page of slips');
  await page.click('main form >> nth=0 >> button[type=submit]');
  await page.waitForSelector('.slip');
  await sound(page, faults, 'the printed slips');
  const made = await page.locator('.slip').evaluateAll((all) => all.map((s) => [...s.querySelectorAll('code')].map((c) => c.textContent)));
  ok(made.length > 3 && new Set(made.map((m) => m[0])).size === made.length, 'every cadre gets a slip with a name of his own', made);
  await page.emulateMedia({ media: 'print' });
  ok(!await page.locator('.form-bar').isVisible(), 'what is not for paper does not print');
  await context.close();
  return made;
}

async function firstSignIn(world, [username, code]) {
  const { context, page, faults } = await person(world, { width: 390, height: 844 });
  await page.goto(world.url + '/first');
  await sound(page, faults, 'the first sign-in on a phone');
  await page.fill('#username', username);
  await page.fill('#code', code);
  await page.fill('#password', 'rain on old roofs');
  await page.fill('#again', 'rain on old roofs');
  await page.click('main button[type=submit]');
  await page.waitForURL((u) => u.pathname !== '/first');
  await page.goto(world.url + '/account');
  await sound(page, faults, 'my account on a phone');
  ok(await page.locator('tbody tr').count() === 1, 'one session stands there');
  await context.close();
  return { username, password: 'rain on old roofs' };
}

async function endSession(world, who) {
  const here = await signIn(world, who, { lang: 'en' }), there = await signIn(world, who);
  await here.page.goto(world.url + '/account');
  await sound(here.page, here.faults, 'my account in English');
  const rows = await here.page.locator('tbody tr').count();
  ok(rows === 3, 'three sessions stand there', String(rows));
  await here.page.click('tbody button >> nth=0');
  await here.page.waitForLoadState();
  ok(await here.page.locator('tbody tr').count() === rows - 1, 'one is ended');
  await here.page.click('main .body button[type=submit]');
  await here.page.waitForLoadState();
  ok(await here.page.locator('tbody tr').count() === 1, 'all others are ended');
  await there.page.goto(world.url + '/account');
  ok(there.page.url().includes('/login'), 'who was ended signs in anew');
  await here.context.close();
  await there.context.close();
}

async function reset(world, security, system, who) {
  const one = await signIn(world, security), two = await signIn(world, system);
  await one.page.goto(world.url + '/admin/resets');
  await sound(one.page, one.faults, 'the page of resets');
  await one.page.fill('#account', who.username);
  await one.page.fill('#reason', '手机丢失，本人到场，已核对工作证');
  await one.page.click('main form button[type=submit]');
  await again(one.page, security);
  await one.page.waitForSelector('tbody tr');
  ok(await one.page.locator('tbody button').count() === 0, 'who proposed it does not confirm it');
  await two.page.goto(world.url + '/admin/resets');
  await two.page.click('tbody button >> nth=0');
  await again(two.page, system);
  await two.page.waitForSelector('.slip');
  ok(await two.page.locator('.slip code').count() === 2, 'the second person gets a new slip to hand over');
  const three = await person(world);
  await three.page.goto(world.url + '/login');
  await three.page.fill('#username', who.username);
  await three.page.fill('#password', who.password);
  await three.page.click('main button[type=submit]');
  ok(await three.page.locator('.sum-bad').count() === 1, 'the old password opens nothing');
  await one.context.close();
  await two.context.close();
  await three.context.close();
}

async function token(world, security) {
  const { context, page, faults } = await signIn(world, security);
  await page.goto(world.url + '/account/token');
  await sound(page, faults, 'the page of a new token');
  await page.fill('#name', 'report');
  await page.fill('#until', new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10));
  await page.check('input[name=may][value="auth.reset.read"], input[name=may][value="auth.*.read"] >> nth=0');
  await page.click('main form button[type=submit]');
  const text = await page.locator('code.secret').textContent();
  const ask = (path, headers) => fetch(world.url + path, { headers: { Accept: 'application/json', Authorization: 'Bearer ' + text, ...headers } });
  ok((await ask('/admin/resets')).status === 200, 'the token reads what it was given');
  ok((await ask('/admin/slips')).status === 403, 'and nothing else of its office');
  ok((await ask('/account')).status === 403, 'nor its person\'s account');
  await page.goto(world.url + '/account');
  await page.locator('form[action$="/revoke"] button').click();
  await page.waitForLoadState();
  ok((await ask('/admin/resets')).status === 401, 'withdrawn it is nobody\'s');
  await context.close();
}

await journey(async (world) => {
  const system = await setUp(world, 'system', '沈立诚', 'shen');
  const security = await setUp(world, 'security', '顾守密', 'gu');
  await setUp(world, 'audit', '韩清审', 'han');
  await codesAreUsedUp(world);
  const made = await slips(world, security);
  const cadre = await firstSignIn(world, made[0]);
  await endSession(world, cadre);
  await token(world, security);
  await reset(world, security, system, cadre);
}, { fresh: true });
