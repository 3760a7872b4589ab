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
];
