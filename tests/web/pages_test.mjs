// Every page, in both themes, on a phone and a desk, from left to right and from right to left: no
// fault that axe-core knows (WCAG 2.2 A and AA, and its best practices), nothing wider than the
// screen, nothing that jumps; and what a hostile record does: nothing.
// Usage: node --test tests/web/pages_test.mjs
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe_source, chromium_path, open_browser } from './browser.mjs';
import { places, states } from './places.mjs';
import { password, World } from './school.mjs';

const skip = chromium_path() ? false : 'no chromium';
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const first_page_bytes_max = 150_000;
const shift_max = 0.02;
const axe = skip ? '' : readFileSync(axe_source(), 'utf8');
let world;
let browser;
let school;
let ids;

const tip = (title, text) => `---
kind: practice-write-up
form: quick-tip
title: ${JSON.stringify(title)}
authors: ["A. Author"]
what-we-do: ${JSON.stringify(text)}
where-it-worked: ${JSON.stringify(text)}
what-to-watch: ${JSON.stringify(text)}
---
${text}
`;
const hostile = [
    '<script>window.stung = 1</script>',
    '<img src=x onerror="window.stung = 1">',
    '<svg onload="window.stung = 1">',
    '[a](javascript:window.stung=1)',
    '![a](https://elsewhere.example/pixel.png)',
    '<iframe src="https://elsewhere.example/"></iframe>',
    '[x](data:text/html,<script>window.stung=1</script>)',
    '"><b onmouseover=window.stung=1>x</b>',
    '<a href="&#106;avascript:window.stung=1">x</a>',
    '{{constructor.constructor("window.stung=1")()}}',
    '<style>@import "https://elsewhere.example/a.css";</style>',
    '<base href="https://elsewhere.example/">',
    '<form action="https://elsewhere.example/"><input name=a></form>',
    '\u202Edesrever\u202C',
].join('\n\n');

async function write(text) {
    const context = await enter();
    const { csrf } = await (await context.request.get(`${school.address}/api/v1/session`)).json();
    const answer = await context.request.post(`${school.address}/api/v1/records`, {
        headers: { 'Staffroom-CSRF': csrf, Origin: school.address },
        data: { file: text, path: 'a.md', reach: 'school' },
    });
    const body = await answer.json();
    await context.close();
    assert.ok(answer.ok(), JSON.stringify(body));
    return body.id;
}
/** A record that the network reads, by this school or another one. */
async function share(text, author = school) {
    const place = join(world.root, 'shared.md');
    const front = 'licence: CC-BY-4.0\nphase: primary\nfocus: reading\n';
    writeFileSync(place, text.replace('---\n', `---\n${front}`));
    return (await author.ask('publish', place, '--network', 'Valley', '--yes')).id;
}
async function enter(options = {}, language = 'en', name = 'Mair Hughes') {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    await context.addInitScript(
        (code) => localStorage.setItem('staffroom.language', code),
        language,
    );
    const page = await context.newPage();
    await page.goto(school.address);
    await page.locator('#signin-name').fill(name);
    await page.locator('#signin-password').fill(password);
    await page.locator('main button.main').click();
    await page.locator('nav').waitFor();
    await page.close();
    return context;
}

before(async () => {
    if (skip) return;
    world = new World();
    browser = await open_browser();
    school = await world.school('Hill School');
    const river = await world.school('River School');
    await world.join(school, river, 'Valley');
    ids = {
        plain: await write(
            tip(
                'Grids on the wall',
                'They stay up *all* week.\n\n## A table\n\n|a|b|\n|-|-|\n|1|2|',
            ),
        ),
        hostile: await write(tip('<img src=x onerror="window.stung = 1">', hostile)),
    };
    ids.network = (await school.ask('network', 'list')).id;
    const charter = join(world.root, 'charter.md');
    writeFileSync(charter, 'We share what we tried.\nNo pupil is named.\n');
    await river.say('network', 'charter', 'revise', 'Valley', charter, '--yes');
    ids.shared = await share(tip('A tray by the door', 'It tells how the lesson went.'));
    ids.erased = await share(tip('What had to go', 'Who it was about.'));
    await school.ask('erase', ids.erased, '--reason', 'pupil', '--yes');
    const moor = await world.school('Moor School');
    await world.bring(school, moor, 'Valley');
    ids.left = await share(tip('What a school left behind', 'It has gone since.'), moor);
    await moor.say('sync', '--wait');
    await moor.say('network', 'leave', 'Valley', '--reason', 'merged', '--yes');
    await school.say('sync', '--wait');
    const lake = await world.gateway('Lake School', 'Kendal');
    await lake.say('network', 'create', 'Downs', '--focus', 'reading');
    ids.link = await world.link(lake, 'Downs', school, 'Valley', '--their-pass-on', 'yes');
    ids.code = (await lake.ask('link', 'invite', 'Downs')).code;
    ids.coordinator = lake.listen;
    ids.own = (await school.ask('status')).school.id;
    ids.river = (await river.ask('status')).school.id;
});
after(async () => {
    await browser?.close();
    await world?.end();
});

// Until nothing on the page has changed for a while: the stream of events never lets the network
// be idle.
const quiet = (page) =>
    page.evaluate(
        () =>
            new Promise((done) => {
                let timer = setTimeout(done, 120);
                new MutationObserver(() => {
                    clearTimeout(timer);
                    timer = setTimeout(done, 120);
                }).observe(document, { subtree: true, childList: true, attributes: true });
                setTimeout(done, 2_000);
            }),
    );

/** Looks at each place in one window: a new one for each takes as long as the look itself. */
async function look_at_all(context, all) {
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    for (const where of all) await look(page, faults, where);
    await page.close();
}
/** Looks at one place in a window of its own, after somebody has done something there. */
async function look_at(context, where, until = async () => {}, before = async () => {}) {
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await before(page);
    await look(page, faults, where, until);
    await page.close();
}
async function look(page, faults, where, until = async () => {}) {
    await page.goto(school.address + where);
    await page
        .locator('main h1')
        .waitFor({ timeout: 15_000 })
        .catch(() => assert.fail(`${where} has no title`));
    await until(page);
    await quiet(page);
    // By the protocol, because the policy of the page lets no script in.
    await page.evaluate(axe);
    const found = await page.evaluate(async (run) => {
        const result = await window.axe.run(document, {
            runOnly: run,
            resultTypes: ['violations'], // Of the others one place each, which is quicker.
        });
        return {
            passes: result.passes.length,
            violations: result.violations.map(
                (each) =>
                    `${each.id}: ${each.nodes
                        .slice(0, 3)
                        .map((node) => node.target.join(' '))
                        .join(' | ')}`,
            ),
        };
    }, tags);
    const { wide, widest } = await page.evaluate(() => {
        const end = (each) => each.getBoundingClientRect().right;
        const leaves = [...document.querySelectorAll('main *')].filter(
            (each) => each.children.length === 0 && !each.closest('.scroll'),
        );
        return {
            wide: document.documentElement.scrollWidth - window.innerWidth,
            widest: leaves.sort((a, b) => end(b) - end(a))[0]?.outerHTML.slice(0, 200),
        };
    });
    assert.ok(found.passes > 5, `${where}: axe did not look`);
    assert.deepEqual(
        { where, violations: found.violations, faults },
        { where, violations: [], faults: [] },
    );
    assert.ok(wide <= 0, `${where} is ${wide} pixels wider than the screen: ${widest}`);
}

// Two windows at once: each keeps one processor busy.
describe('pages', { concurrency: 2 }, () => {
    for (const [theme, width, language] of [
        ['light', 1280, 'en'],
        ['dark', 360, 'en'],
        ['light', 360, 'ar'],
        ['dark', 1280, 'cy'],
        ['light', 320, 'xx'],
    ])
        test(
            `pages: nothing is wrong with any, ${theme}, ${width} pixels, ${language}`,
            { skip },
            async () => {
                const context = await enter(
                    { colorScheme: theme, viewport: { width, height: 800 } },
                    language,
                );
                await look_at_all(context, places(ids));
                for (const { where, until, before } of states(ids))
                    await look_at(context, where, until, before);
                await context.close();
                const carer = await enter(
                    { colorScheme: theme, viewport: { width, height: 800 } },
                    language,
                    'Jo Tanner',
                );
                await look_at_all(carer, ['/node', `/network/${ids.network}/charter`]);
                await look_at(carer, '/node', async (page) => {
                    await page.locator('#setting-backup-keep').fill('13');
                    await page.locator('#setting-backup-keep').press('Enter');
                    await page.locator('#setting-backup-keep-error').waitFor();
                    await page.locator('section details summary').last().click();
                });
                await carer.close();
            },
        );
});

const plain_places = () => [
    '/plain',
    '/plain/search?q=grid*',
    '/plain/search?q=nothing-has-this',
    `/plain/records/${ids.plain}`,
    `/plain/records/${ids.plain}@1`,
    `/plain/records/${ids.hostile}`,
    '/plain/records/nobody-of-this-name',
    '/plain/sign-in',
];

for (const [theme, width, locale] of [
    ['light', 1280, 'en-GB'],
    ['dark', 360, 'ar'],
    ['light', 320, 'cy'],
])
    test(
        `pages: nothing is wrong with the plain ones, ${theme}, ${width} pixels, ${locale}`,
        { skip },
        async () => {
            const viewport = { width, height: 800 };
            const context = await enter({ colorScheme: theme, viewport, locale });
            await look_at_all(context, plain_places());
            await context.close();
        },
    );

test('pages: without scripts one signs in, finds, reads and signs out', { skip }, async () => {
    const context = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(school.address);
    await page.getByRole('link', { name: 'Read without it' }).click();
    await page.getByLabel('Your name').fill('Mair Hughes');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Your name').fill('Mair Hughes');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Words to look for').fill('grids');
    await page.locator('main').getByRole('button', { name: 'Search' }).click();
    await page.getByLabel('Focus').waitFor();
    await page.getByRole('link', { name: 'Grids on the wall' }).click();
    await page.getByRole('heading', { level: 1, name: 'Grids on the wall' }).waitFor();
    await page.getByRole('link', { name: 'Revision 1' }).click();
    assert.match(page.url(), /@1$/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await context.close();
});

test(
    'pages: a hostile record runs nothing, asks no other host and keeps the layout',
    { skip },
    async () => {
        const context = await enter();
        const page = await context.newPage();
        const hosts = new Set();
        page.on('request', (request) => hosts.add(new URL(request.url()).host));
        page.on('dialog', (dialog) => assert.fail(dialog.message()));
        for (const where of [
            `/record/${ids.hostile}`,
            '/library',
            '/library?q=stung',
            `/record/${ids.hostile}/revise`,
            `/plain/records/${ids.hostile}`,
            '/plain/search?q=stung',
            '/plain',
            '/',
        ]) {
            await page.goto(school.address + where);
            await page.locator('main h1').waitFor();
            await page.waitForTimeout(300);
            await page.mouse.move(300, 500);
            assert.equal(await page.evaluate(() => window.stung), undefined, where);
            assert.equal(
                await page.locator('main iframe, main script, main form[action^=http]').count(),
                0,
            );
            for (const link of await page
                .locator('main a')
                .evaluateAll((all) => all.map((a) => a.href)))
                assert.match(link, /^(https?:|mailto:)/, where);
        }
        assert.deepEqual([...hosts], [new URL(school.address).host]);
        await context.close();
    },
);

test('pages: the first one is small, and nothing on it jumps', { skip }, async () => {
    const context = await enter({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    let bytes = 0;
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
    await page.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(school.address);
    await page.locator('main h1').waitFor();
    await page.waitForTimeout(800);
    const shift = await page.evaluate(() => window.shift);
    console.log(`first page: ${bytes} bytes on the line, shift ${shift}`);
    assert.ok(shift <= shift_max, `it jumps by ${shift}`);
    assert.ok(bytes <= first_page_bytes_max, `${bytes} bytes`);
    await context.close();
});

test(
    'pages: a tip is written by the keyboard alone, and the focus is always in sight',
    { skip },
    async () => {
        const context = await enter();
        const page = await context.newPage();
        await page.goto(`${school.address}/write/quick-tip`);
        await page.locator('#f-what-we-do').waitFor();
        const focused = () =>
            page.evaluate(() => {
                const at = document.activeElement;
                const box = at.getBoundingClientRect();
                const seen = box.bottom > 0 && box.top < window.innerHeight;
                return { id: at.id, seen, text: at.textContent?.trim() ?? '', name: at.tagName };
            });
        async function tab_to(id) {
            for (let step = 0; step < 60; step += 1) {
                await page.keyboard.press('Tab');
                const at = await focused();
                assert.ok(at.seen || at.name === 'BODY', `${at.name} ${at.id} is out of sight`);
                if (id === '' ? at.text === 'Share it in the school' : at.id === id) return;
            }
            assert.fail(`Tab never reaches ${id || 'the button'}`);
        }
        for (const [id, words] of [
            ['f-what-we-do', 'By keyboard. Keys.'],
            ['f-where-it-worked', 'Here.'],
            ['f-what-to-watch', 'Nothing.'],
        ]) {
            await tab_to(id);
            await page.keyboard.type(words);
        }
        await tab_to('');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'By keyboard' }).waitFor();
        await context.close();
    },
);
