// oidc.journey.mjs: signing in by a directory: a real OpenID Connect provider (oidc-provider) beside the server. The security
// administrator sets it up and links an account; who is not linked is told his mark; linked he comes in, and with a
// second factor he is asked for its code all the same. A replayed, a foreign and a forged answer open nothing.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { code, journey, office, ok, overflow, person, violations } from './lib.mjs';

const require = createRequire(join(process.env.QF_ROOT ?? process.cwd(), 'web/package.json'));

// The provider, at a port of its own. Whoever types a name is that person; secret: the client's.
async function directory(returnTo) {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  console.warn = console.info = () => {}; // it speaks of development settings
  const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'qingfeng', client_secret: 'a secret of the house', redirect_uris: [returnTo] }],
    pkce: { required: () => true },
    cookies: { keys: ['journey'] },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  server.on('request', provider.callback());
  return { issuer, close: () => { server.closeAllConnections(); server.close(); } };
}

async function look(page, name) {
  const found = await violations(page), over = await overflow(page);
  ok(found.length === 0 && over <= 0, `${name} is sound`, [...found, over + ' px over']);
}

async function setUp(world, issuer) {
  const who = await office(world, 'security'), { page } = who;
  await page.goto(world.url + '/admin/oidc');
  await look(page, 'the page of the directory');
  await page.fill('#issuer', 'ftp://nowhere');
  await page.click('form[action="/admin/oidc"] button[type=submit]');
  ok(await page.locator('.msg-bad').count() >= 3, 'what lacks and what is wrong is said at its place');
  await page.fill('#issuer', issuer);
  await page.fill('#client', 'qingfeng');
  await page.fill('#secret', 'a secret of the house');
  await page.fill('#address', world.url);
  await page.click('form[action="/admin/oidc"] button[type=submit]');
  await page.waitForSelector('#subject');
  ok(!(await page.content()).includes('a secret of the house'), 'the secret is not shown again');
  return who;
}

// To the directory, there as `name`, and back. The address came back to; null: he stands on the page of signing in.
async function through(world, page, name, from = '/login?next=%2Foffice') {
  await page.goto(world.url + from);
  await page.click('a[href^="/login/oidc"]');
  await page.fill('[name=login]', name);
  await page.fill('[name=password]', 'any');
  await page.click('button[type=submit]');
  let back = null;
  page.on('request', (r) => { if (r.url().includes('/login/oidc/return')) { back = r.url(); } });
  await page.click('button[type=submit]'); // consent
  await page.waitForURL((u) => u.href.startsWith(world.url));
  return back;
}

async function link(world, admin, username, subject) {
  await admin.page.goto(world.url + '/admin/oidc');
  await admin.page.fill('#username', username);
  await admin.page.fill('#subject', subject);
  await admin.page.click('form[action="/admin/oidc/link"] button[type=submit]');
  await admin.page.waitForSelector('tbody tr');
}

await journey(async (world) => {
  const stranger = await person(world);
  await stranger.page.goto(world.url + '/login');
  ok(await stranger.page.locator('a[href^="/login/oidc"]').count() === 0, 'it is off by default');
  ok((await stranger.page.request.get(world.url + '/login/oidc')).status() === 404, 'and its address is not there');
  const provider = await directory(world.url + '/login/oidc/return');
  try {
    const admin = await setUp(world, provider.issuer);
    await through(world, stranger.page, 'u-17');
    ok((await stranger.page.locator('.sum-bad').textContent()).includes('u-17'), 'who is not linked is told his mark');
    await look(stranger.page, 'the page that tells it');
    await link(world, admin, 'supervision', 'u-17');
    await look(admin.page, 'the page with a link');
    await admin.page.fill('#username', 'minister');
    await admin.page.fill('#subject', 'u-17');
    await admin.page.click('form[action="/admin/oidc/link"] button[type=submit]');
    await admin.page.waitForSelector('.sum-bad');
    ok(await admin.page.locator('#subject-e').count() === 1, 'one mark is one account');

    const linked = await person(world, { script: false });
    const back = await through(world, linked.page, 'u-17');
    ok(linked.page.url() === world.url + '/office', 'linked he comes to the page asked for', linked.page.url());
    await linked.page.goto(back);
    ok((await linked.page.locator('.sum-bad').count()) === 1, 'the same answer a second time opens nothing');

    const other = await person(world);
    await other.page.goto(back);
    ok(other.page.url().includes('/return') && await other.page.locator('.sum-bad').count() === 1, 'nor in another browser');
    await other.page.goto(world.url + '/office');
    ok(other.page.url().includes('/login'), 'which stays outside');
    await other.page.request.get(world.url + '/login/oidc', { maxRedirects: 0 });
    const forged = await other.page.request.get(world.url + '/login/oidc/return?code=x&state=' + 'a'.repeat(32));
    ok(forged.status() === 401, 'a forged state is refused', String(forged.status()));
    const begun = await other.page.request.get(world.url + '/login/oidc', { maxRedirects: 0 });
    const state = new URL(begun.headers().location).searchParams.get('state');
    const wrong = await other.page.request.get(world.url + `/login/oidc/return?code=nonsense&state=${state}`);
    ok(wrong.status() === 401 && (await wrong.text()).includes('未通过校验'), 'a made-up code is refused', String(wrong.status()));
    const mixed = await other.page.request.get(world.url + '/login/oidc', { maxRedirects: 0 });
    const from = new URL(mixed.headers().location).searchParams.get('state');
    const iss = await other.page.request.get(world.url + `/login/oidc/return?code=x&state=${from}&iss=https%3A%2F%2Felsewhere.example`);
    ok(iss.status() === 401, 'an answer that names another issuer is refused');

    await linked.page.goto(world.url + '/login/second');
    await linked.page.fill('#code', world.accounts.find((a) => a.username === 'supervision').password);
    await linked.page.click('main button[type=submit]');
    const secret = await linked.page.locator('code.secret').textContent();
    await linked.page.fill('#code', await code(secret));
    await linked.page.click('main button[type=submit]');
    const again = await person(world);
    await through(world, again.page, 'u-17');
    ok(again.page.url().includes('/login/code'), 'with a second factor its code is asked for all the same');
    await again.page.fill('#code', await code(secret));
    await again.page.click('main button[type=submit]');
    await again.page.waitForURL((u) => u.pathname === '/office');
    ok(true, 'and then the page asked for opens');

    await admin.page.goto(world.url + '/admin/oidc');
    await admin.page.click('tbody button');
    await admin.page.waitForLoadState();
    const gone = await person(world);
    await through(world, gone.page, 'u-17');
    ok((await gone.page.locator('.sum-bad').textContent()).includes('u-17'), 'without its link the account is closed to the directory');
  } finally {
    provider.close();
  }
  const after = await person(world);
  await after.page.goto(world.url + '/login');
  await after.page.click('a[href^="/login/oidc"]');
  ok((await after.page.locator('.sum-bad').textContent()).includes('没有应答'), 'a directory that is away is said so');
});
