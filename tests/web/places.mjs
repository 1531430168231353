// The addresses of the page that have to be without a fault, and what some show only after
// somebody has done something there. `ids` names the records, networks and schools of the world.
export const places = (ids) => [
    '/',
    '/library',
    '/library?q=grid*',
    `/record/${ids.plain}`,
    `/record/${ids.hostile}`,
    '/write',
    '/write/practice-write-up',
    '/write/quick-tip',
    '/write/call',
    `/record/${ids.plain}/revise`,
    `/record/${ids.plain}/retract`,
    `/record/${ids.plain}/compare`,
    `/record/${ids.plain}/erase`,
    `/record/${ids.shared}`,
    `/record/${ids.erased}`,
    `/record/${ids.left}/erase`,
    '/calls',
    '/drafts',
    '/networks',
    `/network/${ids.network}`,
    `/network/${ids.network}/invite`,
    `/network/${ids.network}/erasures`,
    `/network/${ids.network}/charter`,
    `/network/${ids.network}/school/${ids.own}`,
    `/network/${ids.network}/school/${ids.river}`,
    `/network/${ids.network}/school/${ids.own}?act=successor`,
    '/links/offer',
    `/link/${ids.link}`,
    '/node',
    '/people',
    '/me',
    '/nowhere/at-all',
];

/** What a page shows only after somebody has done something there. */
export const states = (ids) => [
    {
        where: `/record/${ids.shared}/erase`,
        until: async (page) => {
            await page.locator('#reason').selectOption('pupil');
            await page.locator('main button.main').click();
            await page.locator('main h2:focus').waitFor();
        },
    },
    {
        where: `/network/${ids.network}/school/${ids.own}?act=leave`,
        until: async (page) => {
            await page.locator('#reason').selectOption('own-wish');
            await page.locator('main button.main').click();
            await page.getByRole('alert').waitFor();
        },
    },
    {
        where: `/network/${ids.network}/school/${ids.own}?act=successor`,
        until: async (page) => {
            await page.locator('#successor').selectOption(ids.river);
            await page.locator('main button.main').click();
            await page.locator('main h2:focus').waitFor();
        },
    },
    {
        where: `/record/${ids.left}/erase`,
        until: async (page) => {
            await page.locator('input[name=how][value=order]').check();
            await page.locator('#reason').selectOption('pupil');
            await page.locator('main button.main').click();
            await page.locator('main h2:focus').waitFor();
        },
    },
    {
        where: `/network/${ids.network}/erasures`,
        until: async (page) => {
            const details = page.locator('details').first();
            if ((await details.getAttribute('open')) === null)
                await page.locator('summary').first().click();
            await page.locator('details table').first().waitFor();
        },
    },
    {
        // No program of ours writes two histories, so here is what a node says of one that did.
        where: `/network/${ids.network}`,
        before: (page) =>
            page.route('**/api/v1/networks/*/forks', (route) => {
                const fork = {
                    log: ids.own,
                    channel: 'records',
                    position: 12,
                    sizes: [17, 31],
                    held: 17,
                    evidence: 'a',
                    next: '',
                };
                const schools = [
                    { id: ids.own, name: 'Hill School' },
                    { id: ids.river, name: 'River School' },
                ];
                return route.fulfill({
                    json: { forks: schools.map((school) => ({ ...fork, log: school.id, school })) },
                });
            }),
        until: (page) => page.locator('main .note.warm').nth(1).waitFor(),
    },
    {
        where: `/network/${ids.network}/school/${ids.river}`,
        until: async (page) => {
            await page.locator('input[name=act][value=remove]').check();
            await page.locator('#reason').selectOption('silent');
            await page.locator('main button.main').click();
            await page.locator('main h2:focus').waitFor();
        },
    },
    {
        where: `/network/${ids.network}/school/${ids.own}`,
        until: async (page) => {
            await page.locator('input[name=act][value=role]').check();
            await page.locator('#role').selectOption('observer');
            await page.locator('#until').waitFor();
            await page.locator('main button.main').click();
            await page.getByRole('alert').waitFor();
        },
    },
    {
        where: `/network/${ids.network}/charter`,
        until: async (page) => {
            await page.locator('main ul.plainlist button').first().click();
            await page.locator('main h4:focus').waitFor();
            await page.locator('main details summary').first().click();
        },
    },
    {
        where: `/network/${ids.network}/charter`,
        until: async (page) => {
            await page.locator('main > section:last-of-type button').click();
            await page.locator('#charter-text').fill('We share what we tried.');
            await page.locator('main button.main').click();
            await page.locator('main h3:focus').waitFor();
        },
    },
    {
        where: '/links/accept',
        until: async (page) => {
            await page.locator('#link-code').fill(ids.code);
            await page.locator('#link-address').fill(ids.coordinator);
            await page.locator('main button.main').click();
            await page.locator('main h2:focus').waitFor();
        },
    },
    {
        where: '/write/call',
        until: async (page) => {
            await page.locator('#f-reach input[type=radio]').nth(2).check();
            await page.locator('#f-links').waitFor();
        },
    },
];
