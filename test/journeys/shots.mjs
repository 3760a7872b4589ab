// shots.mjs: doc/screens/NAME-1366.png and NAME-390.png of every page, from a fresh demo district: `make screens`.
// Arguments: names of pages (all); --lang en writes NAME-1366.en.png; --out DIR.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { overflow, person, signIn, start, violations } from './lib.mjs';
import { pages } from './pages.mjs';

const args = process.argv.slice(2), names = [];
let lang = 'zh-CN', out = join(process.env.QF_ROOT ?? '.', 'doc/screens');
for (let i = 0; i < args.length; i++) {
  if (args[i] === '--lang') { lang = args[++i]; } else if (args[i] === '--out') { out = args[++i]; } else { names.push(args[i]); }
}
mkdirSync(out, { recursive: true });
const world = await start({ members: Number(process.env.QF_MEMBERS ?? 1200) });
const TALL = 1800; // a long list goes on as it began
let bad = 0;
try {
  for (const width of [1366, 390]) {
    const { page, context, faults } = await person(world, { lang, width, height: width === 390 ? 844 : 768 });
    let inside = false;
    for (const one of pages.filter((p) => names.length === 0 || names.includes(p.name))) {
      if (!one.outside && !inside) { await signIn(world, page); inside = true; }
      await page.goto(world.url + (typeof one.path === 'function' ? await one.path(page, world.url) : one.path));
      await page.waitForLoadState('networkidle');
      if (one.act) { await one.act(page); }
      await page.evaluate(() => window.scrollTo(0, 0));
      const height = Math.min(TALL, await page.evaluate(() => document.documentElement.scrollHeight));
      await page.screenshot({ path: join(out, `${one.name}-${width}${lang === 'en' ? '.en' : ''}.png`), fullPage: true,
        clip: { x: 0, y: 0, width, height } });
      const found = await violations(page), over = await overflow(page);
      for (const v of [...found, ...(over > 0 ? [`${over} px stick out`] : []), ...faults.splice(0)]) {
        bad++;
        console.log(`${one.name} ${width}: ${v}`);
      }
    }
    await context.close();
  }
} finally {
  await world.stop();
}
process.exit(bad > 0 ? 1 : 0);
