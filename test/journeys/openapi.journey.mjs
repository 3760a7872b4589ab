// openapi.journey.mjs: /openapi.json is accepted by a validator, and a client made of it works with a token: it lists,
// makes, changes and ends a row, is told what is wrong, and gets no more than the office behind the token.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { journey, office, ok, person, signIn } from './lib.mjs';

const require = createRequire(join(process.env.QF_ROOT ?? process.cwd(), 'web/package.json'));
const { OpenAPIClientAxios } = require('openapi-client-axios');

async function tokenOf(world, username) {
  const { page, context } = await office(world, username);
  await page.goto(world.url + '/account/token');
  await page.fill('#name', 'program');
  await page.fill('#until', new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10));
  for (const box of await page.locator('input[name=may]').all()) { await box.check(); }
  await page.click('main form button[type=submit]');
  const token = (await page.locator('code.secret').innerText()).trim();
  await context.close();
  return token;
}

const client = (world, document, token) => new OpenAPIClientAxios({ definition: document, axiosConfigDefaults: {
  baseURL: world.url, headers: { Authorization: 'Bearer ' + token, Accept: 'application/json' }, validateStatus: () => true, maxRedirects: 0 } }).init();

await journey(async (world) => {
  const first = await person(world);
  await signIn(world, first.page);
  const answer = await first.page.request.get(world.url + '/openapi.json');
  const document = await answer.json();
  const { Validator } = await import(require.resolve('@seriousme/openapi-schema-validator'));
  const said = await new Validator().validate(structuredClone(document));
  ok(said.valid, 'a validator accepts /openapi.json', JSON.stringify(said.errors ?? '').slice(0, 2000));
  ok(Object.keys(document.paths).length > 150, 'it has every address', String(Object.keys(document.paths).length));

  const api = await client(world, document, await tokenOf(world, 'supervision'));
  const rows = await api.get_roster_appraisal({ limit: 2 });
  ok(rows.status === 200 && rows.data.rows.length === 2 && rows.data.total > 2, 'a list by a client made of it', rows.data);
  const member = rows.data.rows[0].member;
  const made = await api.post_roster_appraisal(null, { member, year: 2003, grade: '2' });
  ok(made.status === 201 && made.data.rev === 1, 'a row is made', made.data);
  const changed = await api.post_roster_appraisal_bidy(made.data.id, { rev: 1, grade: '1' });
  ok(changed.status === 200 && changed.data.rev === 2, 'and changed', changed.data);
  const stale = await api.post_roster_appraisal_bidy(made.data.id, { rev: 1, grade: '2' });
  ok(stale.status === 409 && stale.data.error.say.length > 0, 'a stale change is told so', stale.data);
  const wrong = await api.post_roster_appraisal(null, { member, year: 'x' });
  ok(wrong.status === 422 && wrong.data.error.fields.some((f) => f.field === 'year'), 'what is wrong is told by field', wrong.data);
  const ended = await api.post_roster_appraisal_bidy_end(made.data.id, { rev: 2, reason: '录错' });
  ok([200, 303].includes(ended.status), 'and ended', ended.status);
  const kinds = document.components.schemas['roster.appraisal'].properties;
  ok(Object.keys(rows.data.rows[0]).every((k) => k in kinds), 'rows hold what the schema says', Object.keys(rows.data.rows[0]));

  const secretary = await client(world, document, await tokenOf(world, 'party_secretary'));
  const few = await secretary.get_roster_appraisal({ limit: 1 });
  ok(few.status === 200 && few.data.total < rows.data.total, 'another office gets its own units only', few.data.total);
  ok((await secretary.post_roster_appraisal(null, { member, year: 2004, grade: '2' })).status === 403, 'and may not write');
  ok((await client(world, document, 'no-such-token').then((c) => c.get_roster_appraisal({ limit: 1 }))).status === 401, 'a wrong token opens nothing');
});
