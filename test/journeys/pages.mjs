// pages.mjs: the pages that are photographed and checked with axe. Add yours at the end.
// name; path: an address, or a function (page, url) that finds one; outside: before signing in; act: done before the
// photograph.
async function first(page, url, list) {
  const answer = await page.request.get(url + list, { headers: { Accept: 'application/json' } });
  return (await answer.json()).rows[0].id;
}

export const pages = [
  { name: 'login', path: '/login', outside: true },
  { name: 'dashboard', path: '/' },
  { name: 'roster', path: '/roster/member?filter=status+%3D+in_office+and+leading+and+years_in_post+%3E%3D+5&size=20' },
  { name: 'portrait', path: async (page, url) => {
    const list = 'filter=leading%20and%20years_in_post%20%3E%3D%205';
    return `/roster/member/${await first(page, url, '/roster/member?' + list)}?from=${encodeURIComponent(list)}`;
  } },
  { name: 'units', path: '/roster/unit' },
  { name: 'unit', path: '/roster/unit/5' },
  { name: 'search', path: '/search?q=zs' },
  { name: 'posts', path: '/roster/post?unit=3&from_on.from=2010&chief~1=1&level~2=1A42&sort=-from_on' },
  { name: 'post', path: '/roster/post/7' },
  { name: 'post-form', path: '/roster/post/7/edit' },
  { name: 'post-history', path: '/roster/post/7/history' },
  { name: 'post-end', path: '/roster/post/7/end' },
  { name: 'posts-export', path: '/roster/post/export?unit=3' },
  { name: 'posts-import', path: '/roster/post/import' },
  { name: 'fields', path: '/fields' },
  { name: 'records', path: '/records' },
  { name: 'roster-export', path: '/roster/member/export?sort=name&filter=leading' },
  { name: 'findings', path: '/findings' },
  { name: 'why', path: async (page, url) => `/findings/${await first(page, url, '/findings?rule=APPT-XCH-1')}` },
  { name: 'rules', path: '/rules' },
  { name: 'rule', path: '/rules/DISC-SW' },
  { name: 'import', path: '/roster/import' },
  { name: 'words', path: '/roster/words' },
  { name: 'kin', path: '/roster/kin' },
  { name: 'care-letter', path: '/care/letter' },
  { name: 'care-due', path: '/care/due' },
  { name: 'care-talks', path: '/care/talks' },
  { name: 'figures', path: '/figures' },
];
