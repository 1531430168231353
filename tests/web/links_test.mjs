// Two networks that agree, give and end, in a real browser at three real schools: Hill and River of
// Valley, Lake of Downs. What is done is done by visible labels; what came of it is asked of the
// command line at the other end. Usage: node --test tests/web/links_test.mjs
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium_path, open_browser } from './browser.mjs';
import { free_port, World } from './school.mjs';
import { enter_at, leave } from './visit.mjs';

const skip = chromium_path() ? false : 'no chromium';
const code_form = /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/;
let world;
let browser;
let hill;
let river;
let lake;

before(async () => {
    if (skip) return;
    world = new World();
    browser = await open_browser();
    hill = await world.gateway('Hill School', 'York');
    river = await world.school('River School');
    lake = await world.gateway('Lake School', 'Kendal');
    await world.join(hill, river, 'Valley');
    await lake.say('network', 'create', 'Downs', '--focus', 'reading');
});
after(async () => {
    await browser?.close();
    await world?.end();
});

const enter = (...whom) => enter_at(browser, ...whom);
const heading = (page, name, level = 1) => page.getByRole('heading', { name, level });

/** Waits until the command line of a school says so. */
async function until(what, looks_so) {
    for (let look = 0; look < 300; look += 1) {
        if (await looks_so().catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.fail(what);
}
async function type_code(page, code, address) {
    await page.getByRole('link', { name: 'Networks', exact: true }).click();
    await page.getByRole('link', { name: 'Accept a code of another network' }).click();
    await heading(page, 'Accept a code of another network').waitFor();
    await page.getByLabel('Code').fill(code);
    await page.getByLabel('Address').fill(address);
    await page.getByRole('button', { name: 'See what is offered' }).click();
}
/** A finding of a school in its network, by the command line. */
async function finding(school, network, title, ...more) {
    const place = join(world.root, 'finding.md');
    writeFileSync(
        place,
        `---\nkind: enquiry-finding\ntitle: "${title}"\nlang: en\nlicence: CC-BY-4.0\n` +
            'phase: primary\nfocus: reading\nauthors: [A. Teacher]\nsummary: What we saw.\n' +
            'stage: closed\nquestion: Do they ask more?\nevidence-strength: 2\n' +
            'field-of-knowledge: practice\nmethods: observation\ncontext: One class.\n---\n' +
            '## Why it matters here\n\nThey were quiet.\n\n## What we changed\n\nA wall.\n\n' +
            '## How we looked\n\nWe counted.\n\n## What we found\n\nMore questions.\n\n' +
            '## Limits\n\nOne class.\n\n## What it means for practice\n\nWe go on.\n',
    );
    return (await school.ask('publish', place, '--network', network, '--yes', ...more)).id;
}

test('links: a code is made, read and accepted, and both see the same', { skip }, async () => {
    await finding(lake, 'Downs', 'Questions on a wall');
    const hills = await enter(hill);
    await hills.getByRole('link', { name: 'Networks', exact: true }).click();
    await hills.getByText('No network of this school is linked with another one yet.').waitFor();
    await hills.getByRole('link', { name: 'Make a code for another network' }).click();
    const gives = hills.getByRole('group', { name: 'Valley gives' });
    await gives.getByLabel('what came of trying it').uncheck();
    await gives.getByLabel('reviews').uncheck();
    await hills.getByLabel('We may pass theirs on').check();
    await hills.getByRole('button', { name: 'Make the code' }).click();
    const code = await hills.locator('.code').first().innerText();
    assert.match(code, code_form);

    const lakes = await enter(lake);
    await type_code(lakes, code.toLowerCase().replaceAll('-', ' '), hill.listen);
    await heading(lakes, 'What Valley offers', 2).waitFor();
    await lakes.getByText('Valley is about Writing, in York. One school coordinates it.').waitFor();
    const ours = lakes.locator('section.card').filter({ hasText: 'Downs gives' });
    await ours.getByText('Valley may pass them on to other networks.').waitFor();
    const theirs = lakes.locator('section.card').filter({ hasText: 'Valley gives' });
    assert.deepEqual(await theirs.getByRole('listitem').allInnerTexts(), [
        'practice write-ups',
        'findings',
    ]);
    await lakes.getByText('one record of our last 90 days would have crossed').waitFor();
    await lakes.getByRole('link', { name: 'Questions on a wall' }).waitFor();
    assert.equal((await lake.lines('link', 'list')).length, 0, 'reading signs nothing');
    await lakes.getByRole('button', { name: 'Agree to this' }).click();
    await heading(lakes, 'Downs and Valley are linked', 2).waitFor();
    const words = await lakes.locator('.four').innerText();
    await hills.getByText('The code was accepted.').waitFor();
    await hills.getByText(words, { exact: true }).waitFor();

    await lakes.getByRole('link', { name: 'Open it' }).click();
    await heading(lakes, 'Downs and Valley').waitFor();
    await lakes.getByText('None of its texts names this link yet.').waitFor();
    await lakes.getByText('heard now').waitFor();
    await leave(hills);
    await leave(lakes);
});

test('links: what cannot be accepted says why and what helps', { skip }, async () => {
    const page = await enter(lake);
    const nobody = `127.0.0.1:${await free_port()}`;
    const { code, id } = await hill.ask('link', 'invite', 'Valley');
    const mistyped = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
    const own = (await hill.ask('link', 'invite', 'Valley')).code;
    const admits = (await hill.ask('network', 'invite', 'Valley')).code;
    const spent = (await hill.ask('link', 'invite', 'Valley')).code;
    const far = await world.school('Far School');
    await far.say('network', 'create', 'Coast', '--focus', 'reading');
    await far.ask('link', 'accept', spent, hill.listen, '--network', 'Coast', '--yes');
    for (const [typed, address, words] of [
        [mistyped, hill.listen, 'The code is mistyped'],
        ['abc', hill.listen, 'This is not a code'],
        [admits, hill.listen, 'This code links no networks'],
        [code, nobody, 'Nobody answered at this address'],
        [code, far.listen, 'knows no such code'],
        [spent, hill.listen, 'This code has been accepted already; each makes one link.'],
    ]) {
        await type_code(page, typed, address);
        if (typed === spent) await page.getByRole('button', { name: 'Agree to this' }).click();
        await page.getByRole('alert').getByText(words).waitFor();
    }
    await hill.say('link', 'end-code', id);
    await type_code(page, code, hill.listen);
    await page.getByRole('alert').getByText('This code has ended.').waitFor();

    await hill.say('network', 'role', 'Valley', 'River School', 'coordinator');
    await until('River coordinates', async () =>
        river.say('link', 'invite', 'Valley', '--dry-run'),
    );
    const rivers = await enter(river);
    await type_code(rivers, own, hill.listen);
    await rivers.getByRole('alert').getByText('This code is of the same network').waitFor();
    await hill.ask('link', 'end', 'Coast', '--reason', 'mistake', '--yes');
    await leave(page);
    await leave(rivers);
    await far.end();
});

test('links: a teacher reads how they stand, and can make none', { skip }, async () => {
    const page = await enter(river, 'Amal Idris');
    await page.getByRole('link', { name: 'Networks', exact: true }).click();
    await page.getByRole('link', { name: 'Valley and Downs' }).waitFor();
    await page.getByText('Valley gives practice write-ups and findings; they are not').waitFor();
    await page.getByText('A lead of a coordinating school makes and ends links.').waitFor();
    assert.equal(await page.getByRole('link', { name: /code/ }).count(), 0);
    await page.getByRole('link', { name: 'Valley and Downs' }).click();
    await heading(page, 'Valley and Downs').waitFor();
    assert.equal(await page.getByRole('link', { name: 'End the link' }).count(), 0);
    await leave(page);
});

test('links: a finding crosses, is tried there, and the trial comes back', { skip }, async () => {
    const page = await enter(hill, 'Amal Idris');
    await page.goto(`${hill.address}/write/enquiry-finding`);
    await page.getByLabel('Title').fill('Wombats in the library');
    await page.getByLabel('Summary').fill('They read more.');
    await page.getByLabel('Question', { exact: true }).fill('Do they read more?');
    await page.getByText('one other school of Valley').click();
    await page.getByLabel('The schools of Downs, in Kendal.').check();
    await page.getByText('They do not pass it on.').waitFor();
    await page.getByRole('button', { name: 'Share it with other networks' }).waitFor();
    await page.goto(`${hill.address}/write/comment?about=${await shared()}&relation=comments-on`);
    const box = page.getByLabel('The schools of Downs, in Kendal.');
    await box.waitFor();
    assert.ok(await box.isDisabled(), 'a comment does not cross by this agreement');
    await page.getByText('The agreement lets only these cross: practice write-ups').waitFor();

    const record = await finding(hill, 'Valley', 'Numbats at noon', '--link', 'Downs');
    await until('it has crossed', async () => (await lake.ask('show', record)).text);
    const lakes = await enter(lake, 'Amal Idris');
    await lakes.goto(`${lake.address}/record/${record}`);
    await heading(lakes, 'Numbats at noon').waitFor();
    await lakes.getByText('From Valley (York), another network.').waitFor();
    await until('it is found', async () => (await lake.lines('search', 'numbats')).length > 0);
    const [hit] = await lake.lines('search', 'numbats');
    assert.deepEqual(hit.from_network.trail[0].name, 'Valley');
    assert.match(await lake.say('search', 'numbats'), /Valley/);
    const named = lakes.getByText('Valley, another network', { exact: true });
    for (const where of ['/library', '/library?q=numbats', '/plain/search?q=numbats', '/']) {
        await lakes.goto(lake.address + where);
        const plain = lakes.locator('.meta', { hasText: 'Valley, another network' });
        await named
            .or(plain)
            .first()
            .waitFor()
            .catch(() => assert.fail(`${where} does not name the network`));
    }
    await lakes.goto(`${lake.address}/record/${record}`);
    await lakes.getByRole('link', { name: 'We tried it here' }).click();
    const back = lakes.getByLabel('The schools of Valley, in York.');
    await back.waitFor();
    assert.ok(await back.isChecked(), 'an answer goes back by the agreement that brought it');
    await lakes.getByText('In the middle of it').click();
    await lakes.getByText('We used what they wrote').click();
    await lakes.getByLabel('What we kept').fill('The hour.');
    await lakes.getByLabel('What we changed').fill('The place.');
    await lakes.getByLabel('What it is there').fill('A pond of theirs.');
    await lakes.getByLabel('What it means here').fill('A lake of ours.');
    await lakes.getByRole('radio', { name: /^Mixed/ }).check();
    await lakes.getByLabel('What happened').fill('Numbats by the lake.');
    await lakes.getByLabel('Context', { exact: true }).fill('A school by a lake.');
    await lakes.getByRole('button', { name: 'Share it with other networks' }).click();
    await heading(lakes, /We tried: Numbats/).waitFor();
    await lakes.getByText('Not passed on.').waitFor();

    await until('it is back', async () => (await hill.ask('show', record)).incoming.length > 0);
    await page.goto(`${hill.address}/record/${record}`);
    await page.getByText('Numbats by the lake.').waitFor();
    await leave(page);
    await leave(lakes);

    async function shared() {
        return finding(hill, 'Valley', 'Grids on a wall');
    }
});

test('links: what has to go goes there as well, and one reads that it did', { skip }, async () => {
    const record = await finding(hill, 'Valley', 'Bilbies at dawn', '--link', 'Downs');
    await until('it has crossed', async () => (await lake.ask('show', record)).text);
    const page = await enter(hill);
    await page.goto(`${hill.address}/record/${record}`);
    await page.getByRole('link', { name: 'Erase it everywhere' }).click();
    await page.getByLabel('Reason').selectOption('pupil');
    await page.getByRole('button', { name: 'See what this does' }).click();
    await page.getByText('The order crosses to Downs as far as the record did').waitFor();
    await page.getByRole('button', { name: 'Erase it everywhere' }).click();
    await page.getByText('The words of this record have been erased.').waitFor();
    await until('it has gone there', async () => {
        const [there] = (await hill.ask('erasure', 'status', record)).other_networks;
        return there.name === 'Downs' && there.state === 'erased';
    });
    await page.getByRole('link', { name: 'Who has erased it' }).click();
    const order = page.locator('details').first();
    if ((await order.getAttribute('open')) === null) await order.locator('summary').click();
    await page.getByText('Erased in Downs as well, by its one school.').waitFor();
    assert.doesNotMatch(await lake.say('list'), /Bilbies/);
    await leave(page);
});

test('links: its page follows what happens, in every tab', { skip }, async () => {
    const page = await enter(hill);
    await page.getByRole('link', { name: 'Networks', exact: true }).click();
    await page.getByRole('link', { name: 'Valley and Downs' }).click();
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    const tabs = [page, tab];
    const counted = (each) => each.getByText(/names? this link; cleared to cross:/).innerText();
    for (const each of tabs) await each.getByText('heard now').waitFor();
    const before = await counted(page);

    await finding(river, 'Valley', 'Quolls at dusk', '--link', 'Downs');
    for (const each of tabs) {
        await until('it is counted', async () => (await counted(each)) !== before);
        await each.getByText('A record has come or changed since this was counted.').waitFor();
        assert.equal(await each.getByRole('link', { name: 'Quolls at dusk' }).count(), 0);
        await each.getByRole('button', { name: 'Show' }).click();
        await each.getByRole('link', { name: 'Quolls at dusk' }).waitFor();
    }
    await lake.end();
    for (const each of tabs) await each.getByText('heard now').waitFor({ state: 'detached' });
    await lake.start();
    for (const each of tabs) await each.getByText('heard now').waitFor();
    await leave(page);
});

test('links: a link ends after it was read what stays and what stops', { skip }, async () => {
    const page = await enter(hill);
    await page.getByRole('link', { name: 'Networks', exact: true }).click();
    await page.getByRole('link', { name: 'Valley and Downs' }).click();
    await page.getByText(/of its texts names? this link; cleared to cross:/).waitFor();
    await page.getByRole('link', { name: 'End the link' }).click();
    await page.getByLabel('Reason').selectOption('own-wish');
    await page.getByRole('button', { name: 'See what this does' }).click();
    await page.getByText(/of the last 90 days (is|are) among it/).waitFor();
    const standing = (await hill.lines('link', 'list')).filter((each) => each.other);
    assert.ok(standing.some((each) => each.state === 'open' && each.other.name === 'Downs'));
    await page.getByRole('button', { name: 'End the link' }).click();
    await page.getByText(/^.*Valley ended it on/).waitFor();
    await until('the other side has heard', async () => {
        const links = (await lake.lines('link', 'list')).filter((each) => each.other);
        return links.every((each) => each.state === 'ended');
    });
    const lakes = await enter(lake, 'Amal Idris');
    await lakes.getByRole('link', { name: 'Library', exact: true }).click();
    await lakes.getByRole('link', { name: 'Numbats at noon', exact: true }).click();
    await lakes.getByText('nothing newer comes from there').waitFor();
    await leave(page);
    await leave(lakes);
});

test('links: a coordinator names the networks further', { skip }, async () => {
    const hills = await enter(hill);
    await hills.getByRole('link', { name: 'Networks', exact: true }).click();
    await hills.getByRole('link', { name: 'Make a code for another network' }).click();
    const further = hills.getByRole('group', { name: 'Only to these networks' });
    assert.equal(await further.count(), 0, 'nothing is passed on');
    await hills.getByLabel('The other network may pass them on').check();
    await further.getByLabel('Downs').check();
    await hills.getByRole('button', { name: 'Make the code' }).click();
    const gives = hills.locator('section.card').filter({ hasText: 'Valley gives' });
    await gives.getByText('The other network may pass them on to Downs alone.').waitFor();
    await leave(hills);
});
