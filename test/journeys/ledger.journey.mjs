// ledger.journey.mjs: a checkpoint on paper: the system administrator prints the strip, which holds the very checkpoint the
// program signed, its hash in groups of four, and the witness who cosigned; others do not come in.
import { execFileSync, spawnSync } from 'node:child_process';
import { join, dirname } from 'node:path';
import { bin, journey, office, ok, overflow, violations } from './lib.mjs';

let signed = '';
function prepare(db) {
  signed = execFileSync(bin, ['checkpoint', '--db', db], { encoding: 'utf8' });
  const at = dirname(db), out = join(at, 'cp'), back = join(at, 'cosigned'), keys = join(at, 'witness');
  execFileSync(bin, ['checkpoint', 'export', '--db', db, '--out', out]);
  const said = spawnSync(bin, ['witness', 'cosign', '--keys', keys, '--name', 'archive.example', '--log', signed.trim().split('\n').pop(), '--out', back, out], { encoding: 'utf8' });
  const vkey = (said.stdout + said.stderr).match(/archive\.example\+\S+/)[0];
  execFileSync(bin, ['checkpoint', 'import', '--db', db, '--witness', vkey, back]);
}

await journey(async (world) => {
  const [, size, root] = signed.split('\n');
  for (const [username, lang] of [['system', 'zh-CN'], ['audit', 'en']]) {
    const { page, faults, context } = await office(world, username, { lang });
    await page.goto(world.url + `/ledger/strip?size=${size}`);
    const text = await page.locator('main').textContent();
    ok(text.includes(root), `${username}: the signed text stands on it`);
    const hex = Buffer.from(root, 'base64').toString('hex').match(/.{4}/g).join(' ');
    ok(text.includes(hex), `${username}: the hash of the tree in groups of four`);
    ok(text.includes(signed.trim().split('\n').pop()), `${username}: the key a new witness compares`);
    ok(text.includes('— archive.example'), `${username}: and who witnessed it`);
    ok(await page.locator('svg.qr path').count() === 1, `${username}: and the picture`);
    const bad = await violations(page);
    ok(bad.length === 0 && faults.length === 0, `${username}: the page is sound`, [...bad, ...faults]);
    await page.setViewportSize({ width: 390, height: 844 });
    ok(await overflow(page) <= 0, `${username}: nothing sticks out on a phone`);
    await page.emulateMedia({ media: 'print' });
    ok(!await page.locator('.form-bar').isVisible(), `${username}: what is not for paper does not print`);
    await context.close();
  }
  const officer = await office(world, 'supervision');
  ok((await officer.page.goto(world.url + '/ledger/strip')).status() === 403, 'an officer does not come in');
}, { members: 150, prepare });
