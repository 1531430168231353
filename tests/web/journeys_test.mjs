// What teachers do, in a real browser at two real schools, by what they see: labels, buttons,
// links. Usage: node --test tests/web/journeys_test.mjs, with STAFFROOM_BIN_DIR and the built page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium_path, open_browser } from './browser.mjs';
import { free_port, password, World } from './school.mjs';
import { enter_at, leave, picture } from './visit.mjs';

const skip = chromium_path() ? false : 'no chromium';
let world;
let browser;
let hill;
let river;

before(async () => {
    if (skip) return;
    world = new World();
    browser = await open_browser();
    [hill, river] = [await world.school('Hill School'), await world.school('River School')];
});
after(async () => {
    await browser?.close();
    await world?.end();
});

const enter = (...whom) => enter_at(browser, ...whom);
const heading = (page, name) => page.getByRole('heading', { name, level: 1 });

async function write_up(page, title) {
    await page.getByRole('link', { name: 'Write', exact: true }).click();
    await page.getByRole('link', { name: 'A practice write-up' }).click();
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Summary').fill('A tray by the door tells how the lesson went.');
    await page.getByLabel('What we do').fill('Three piles on a tray.');
    await page.getByLabel('Why', { exact: true }).fill('One heap is read a day too late.');
    await page.getByLabel('How we got here').fill('Boxes first; nobody could see into them.');
    await page.getByLabel('Outcome for pupils').fill('Slips are read on the same evening.');
    await page.getByText('Data show a change').click();
    await page.getByText('From doing it').click();
    await page
        .getByLabel('Context', { exact: true })
        .fill('A village school without door shelves.');
    await page.getByRole('group', { name: 'Phases' }).locator('summary').click();
    await page.getByRole('checkbox', { name: 'Primary' }).check();
    await page.getByRole('group', { name: 'Focus' }).locator('summary').click();
    await page.getByRole('checkbox', { name: 'Assessment and feedback' }).check();
}

test(
    'a network is started, and joined with a code, and both screens show four words',
    { skip },
    async () => {
        const lead = await enter(hill);
        await lead.getByRole('link', { name: 'Networks' }).click();
        await lead.getByLabel('Name of the network').fill('Valley');
        await lead.getByLabel('What it is about').fill('writing');
        await lead.getByRole('button', { name: 'Start it' }).click();
        await heading(lead, 'Valley').waitFor();
        await lead.getByRole('link', { name: 'Invite a school' }).click();
        await lead.getByRole('button', { name: 'Make the code' }).click();
        const code = await lead.locator('.code').first().innerText();
        assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);

        const other = await enter(river);
        await other.getByRole('link', { name: 'Networks' }).click();
        await other.getByLabel('Code').fill(code.toLowerCase().replaceAll('-', ' '));
        await other.getByLabel('Address').fill(hill.listen);
        await other.getByRole('button', { name: 'Join', exact: true }).click();
        await other.getByText('their screen shows the same four words').waitFor();
        await other.getByRole('link', { name: 'Valley' }).last().click();
        await other.getByRole('cell', { name: 'Hill School' }).waitFor();
        await leave(lead);
        await leave(other);
    },
);

test('a quick tip is three fields and one button', { skip }, async () => {
    const page = await enter(hill, 'Amal Idris');
    await page.getByRole('link', { name: 'Write a quick tip' }).click();
    await page.getByLabel('What we do').fill('Grids on the wall. They stay up all week.');
    await page.getByLabel('Where it worked').fill('Year 4, after lunch.');
    await page.getByLabel('What to watch').fill('The queue at the door.');
    await page.getByRole('button', { name: 'Share it in the school' }).click();
    await heading(page, 'Grids on the wall').waitFor();
    await page.getByText('The queue at the door.').waitFor();
    await leave(page);
});

test('what is missing is said with a way to its field, and nothing is sent', { skip }, async () => {
    const page = await enter(hill);
    await page.goto(`${hill.address}/write/practice-write-up`);
    await page.getByLabel('Title').fill('Half a write-up');
    await page.getByRole('button', { name: 'Share it in the school' }).click();
    const link = page.getByRole('link', { name: 'What we do' });
    await link.click();
    await page.keyboard.type('Typed where the link led.');
    assert.equal(await page.getByLabel('What we do').inputValue(), 'Typed where the link led.');
    assert.doesNotMatch(await hill.say('list'), /Half a write-up/);
    await leave(page);
});

test(
    'a write-up with a picture is read at the other school, picture included',
    { skip },
    async () => {
        const page = await enter(hill);
        await write_up(page, 'A tray with three piles');
        const [picker] = await Promise.all([
            page.waitForEvent('filechooser'),
            page
                .getByLabel('What we do')
                .focus()
                .then(() => page.getByRole('button', { name: 'Picture or file' }).first().click()),
        ]);
        await picker.setFiles({ name: 'IMG 0042.PNG', mimeType: 'image/png', buffer: picture() });
        await page.getByLabel('What does the picture show?').fill('Three piles of slips');
        await page.getByText('one other school of Valley').click();
        await page.getByText('I have read it for names').click();
        await page.getByRole('button', { name: 'Share it with other schools' }).click();
        await heading(page, 'A tray with three piles').waitFor();
        const id = /record\/(\w+)/.exec(page.url())[1];

        await river.say('sync', '--wait');
        const there = await enter(river);
        await there.goto(`${river.address}/record/${id}`);
        await heading(there, 'A tray with three piles').waitFor();
        const image = there.getByRole('img', { name: 'Three piles of slips' });
        await image.waitFor();
        assert.equal(await image.evaluate((each) => each.complete && each.naturalWidth), 2);
        await leave(page);
        await leave(there);
    },
);

test(
    'a line about a pupil is shown before it goes out, and may stand for a reason',
    { skip },
    async () => {
        const page = await enter(hill, 'Amal Idris');
        await write_up(page, 'Reading alone');
        await page.getByLabel('What we do').fill('Aisha Khan in 4B reads alone now.');
        await page.getByText('one other school of Valley').click();
        await page.getByText('I have read it for names').click();
        await page.getByRole('button', { name: 'Share it with other schools' }).click();
        await page.getByText('One line may tell who a pupil is.').waitFor();
        assert.doesNotMatch(await hill.say('list'), /Reading alone/);

        await page.getByLabel('Why it may stand').fill('the child is made up');
        await page.getByRole('button', { name: 'Share it with other schools' }).click();
        await heading(page, 'Reading alone').waitFor();
        assert.match(await hill.say('list'), /Reading alone/);
        await leave(page);
    },
);

test('“we tried it here”, a review and a comment reach the author', { skip }, async () => {
    const page = await enter(river);
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.getByRole('link', { name: 'A tray with three piles' }).click();
    await page.getByRole('link', { name: 'We tried it here' }).click();
    await page.getByText('Finished', { exact: true }).click();
    await page.getByText('We used what they wrote').click();
    await page.getByLabel('What we kept').fill('The tray.');
    await page.getByLabel('What we changed').fill('Two piles instead of three.');
    await page.getByRole('radio', { name: /^No difference/ }).check();
    await page.getByLabel('What happened').fill('Slips were read as late as before.');
    await page.getByLabel('Context', { exact: true }).fill('A school in a town.');
    await page.getByRole('button', { name: 'Share it with other schools' }).click();
    await heading(page, /We tried: A tray/).waitFor();

    await page.getByRole('link', { name: 'A tray with three piles' }).first().click();
    await heading(page, 'A tray with three piles').waitFor();
    await page.getByRole('link', { name: 'Comment' }).click();
    await page.getByLabel('Text', { exact: true }).fill('Which tape holds on a tray?');
    await page.getByRole('button', { name: 'Share it with other schools' }).click();
    await heading(page, /Which tape holds/).waitFor();

    await hill.say('sync', '--wait');
    const author = await enter(hill);
    await author.getByText('Which tape holds on a tray?').first().waitFor();
    await author.getByRole('link', { name: 'Library', exact: true }).click();
    await author.getByRole('link', { name: 'A tray with three piles' }).last().click();
    await author.getByText('Slips were read as late as before.').waitFor();
    await author.getByText('No difference', { exact: true }).waitFor();
    await leave(page);
    await leave(author);
});

test(
    'a newer text says word by word what changed, and the old address shows the old text',
    { skip },
    async () => {
        const page = await enter(hill);
        await page.goto(`${hill.address}/library?q=tray`);
        await page.getByRole('link', { name: 'A tray with three piles', exact: true }).click();
        await page.getByRole('link', { name: 'Write a newer text' }).click();
        await page.getByLabel('What we do').fill('Four piles on a tray.');
        await page.getByLabel('Why did you change it?').fill('three were not enough');
        await page.getByRole('button', { name: 'Share it with other schools' }).click();
        await page.getByRole('link', { name: 'What changed' }).click();
        await page.locator('del', { hasText: /Three$/ }).waitFor();
        await page.locator('ins', { hasText: 'Four' }).waitFor();
        await page.goto(page.url().replace('/compare', '@1'));
        await page.getByText('Three piles on a tray.').waitFor();
        await page.getByRole('link', { name: 'Read the newest' }).click();
        await page.getByText('Four piles on a tray.').waitFor();
        await leave(page);
    },
);

test(
    'what was typed comes back after the page was closed, and two tabs are told apart',
    { skip },
    async () => {
        const page = await enter(hill, 'Amal Idris');
        await page.goto(`${hill.address}/write/practice-write-up`);
        await page.getByLabel('Title').fill('Begun before the power cut');
        await page.waitForTimeout(50);
        const address = page.url();
        await page.reload();
        await page.getByText('are here again').waitFor();
        assert.equal(await page.getByLabel('Title').inputValue(), 'Begun before the power cut');

        const second = await page.context().newPage();
        await second.goto(address);
        await second.getByText('are here again').waitFor();
        await second.getByLabel('Title').fill('Begun in another tab');
        await page.getByText('open in another tab').waitFor();
        await page.getByLabel('Title').fill('This one counts');
        await page.getByRole('button', { name: 'Go on with the words of this tab' }).click();
        await second.getByText('open in another tab').waitFor();
        await leave(page);
    },
);

test('a session that ends while somebody writes loses no word', { skip }, async () => {
    const page = await enter(hill, 'Amal Idris');
    await page.goto(`${hill.address}/write/quick-tip`);
    await page.getByLabel('What we do').fill('Half a sentence');
    await page.evaluate(async () => {
        const { csrf } = await (await fetch('/api/v1/session')).json();
        const headers = { 'Staffroom-CSRF': csrf };
        await fetch('/api/v1/session', { method: 'DELETE', headers });
    });
    await page.getByLabel('What we do').fill('Half a sentence, and the other half.');
    await page.getByText('You have been signed out.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You have been signed out.').waitFor({ state: 'detached' });
    const kept = await page.getByLabel('What we do').inputValue();
    assert.equal(kept, 'Half a sentence, and the other half.');
    await page.getByLabel('Where it worked').fill('Here.');
    await page.getByLabel('What to watch').fill('This.');
    await page.getByRole('button', { name: 'Share it in the school' }).click();
    await heading(page, /^Half a sentence/).waitFor();
    await leave(page);
});

test(
    'two people wrote at once: nothing is lost, and one joins the versions',
    { skip },
    async () => {
        const one = await enter(hill, 'Amal Idris');
        const two = await enter(hill); // A lead may revise what a colleague wrote.
        await one.getByRole('link', { name: 'Write', exact: true }).click();
        await one.getByRole('link', { name: 'A quick tip' }).click();
        await one.getByLabel('What we do').fill('Bell work. It calms.');
        await one.getByLabel('Where it worked').fill('Year 5.');
        await one.getByLabel('What to watch').fill('Noise.');
        await one.getByRole('button', { name: 'Share it in the school' }).click();
        await heading(one, 'Bell work').waitFor();
        await one.getByRole('link', { name: 'Write a newer text' }).click();
        await heading(one, 'A newer text').waitFor();
        await two.goto(one.url());
        await two.getByLabel('Where it worked').fill('Year 5, in the morning.');
        await one.getByLabel('What to watch').fill('Noise, on Mondays.');
        await one.getByRole('button', { name: 'Share it in the school' }).click();
        await one.getByText('Noise, on Mondays.').waitFor();
        await two.getByRole('button', { name: 'Share it in the school' }).click();
        await two.getByRole('button', { name: 'Publish mine beside it' }).click();
        await two.getByRole('link', { name: 'Look at both' }).click();
        await two.getByText('Noise, on Mondays.').first().waitFor();
        const take = two.getByRole('button', { name: /^Go on with this one/ });
        await take.first().click();
        await two.getByLabel('Where it worked').fill('Year 5, in the morning.');
        await two.getByLabel('What to watch').fill('Noise, on Mondays.');
        await two.getByRole('button', { name: 'Share it in the school' }).click();
        await two.getByText('Noise, on Mondays.').waitFor();
        assert.equal(await two.getByRole('link', { name: 'Look at both' }).count(), 0);
        await leave(one);
        await leave(two);
    },
);

test('a call is answered at another school, and a record reviewed', { skip }, async () => {
    const asking = await enter(river);
    await asking.getByRole('link', { name: 'Calls', exact: true }).click();
    await asking.getByRole('link', { name: 'Ask or offer something' }).click();
    await asking.getByLabel('Text', { exact: true }).fill('Who has a calm start after lunch?');
    await asking.getByText('one other school of Valley').click();
    await asking.getByRole('button', { name: 'Share it with other schools' }).click();
    await heading(asking, /calm start/).waitFor();
    await river.say('sync', '--wait');

    const page = await enter(hill, 'Amal Idris');
    await page.getByRole('link', { name: 'Calls', exact: true }).click();
    await page.getByRole('link', { name: /^Answer/ }).click();
    await page.getByLabel('Text', { exact: true }).fill('We do: ten minutes of reading.');
    await page.getByRole('button', { name: 'Share it with other schools' }).click();
    await heading(page, /ten minutes/).waitFor();
    await hill.say('sync', '--wait');
    await asking.getByText('There is news about this record.').waitFor();
    await asking.getByRole('button', { name: 'Show' }).click();
    await asking.getByText('We do: ten minutes of reading.').first().waitFor();

    await asking.goto(`${river.address}/library?q=tray`);
    await asking.getByRole('link', { name: 'A tray with three piles', exact: true }).click();
    await asking.getByRole('link', { name: 'Review it' }).click();
    for (const choice of [
        'A colleague in another school',
        'Read it and wrote a note',
        'Yes, tomorrow',
        'Data show a change',
        'With changes',
    ])
        await asking.getByRole('radio', { name: choice }).check();
    await asking.getByLabel('What went well').fill('The piles can be seen from the door.');
    await asking.getByLabel('Why you see it so').fill('Two weeks of counts.');
    await asking.getByRole('button', { name: 'Share it with other schools' }).click();
    await heading(asking, /Review: A tray/).waitFor();
    await leave(asking);
    await leave(page);
});

test(
    'a record that is taken back is hidden at the other school, and its reason stays',
    { skip },
    async () => {
        const page = await enter(hill);
        await page.goto(`${hill.address}/library?q=tray`);
        await page.getByRole('link', { name: 'A tray with three piles', exact: true }).click();
        await page.getByRole('link', { name: 'Take it back' }).click();
        await page.getByLabel('Why').fill('the numbers were wrong');
        await page.getByRole('button', { name: 'Take it back' }).click();
        await page.getByText('the numbers were wrong').first().waitFor();
        const address = new URL(page.url()).pathname;
        await river.say('sync', '--wait');
        const there = await enter(river);
        await there.goto(river.address + address);
        await there.getByText('the numbers were wrong').first().waitFor();
        assert.equal(await there.getByText('Four piles on a tray.').count(), 0);
        await leave(page);
        await leave(there);
    },
);

test(
    'two schools came with one code: a coordinator reads so and lets one of them in',
    { skip },
    async () => {
        const at = async (name) => world.school(name, `127.0.0.1:${await free_port()}`);
        const [founder, member] = [await at('Founder School'), await at('Member School')];
        const [first, second] = [await at('First School'), await at('Second School')];
        await world.join(founder, member, 'Lakes');
        const { code } = await founder.ask('network', 'invite', 'Lakes');
        await member.say('sync', '--wait');
        await founder.end();
        await first.say('network', 'join', code, member.listen);
        await first.end();
        await member.end();
        await founder.start();
        await second.say('network', 'join', code, founder.listen);
        await second.end();
        await member.start();
        const members = () => founder.lines('network', 'members', 'Lakes');
        for (let look = 0; look < 200; look += 1) {
            if ((await members()).filter((each) => each.state === 'disputed').length === 2) break;
            await new Promise((resolve) => setTimeout(resolve, 200));
        }

        const page = await enter(founder);
        await page.getByRole('link', { name: 'Networks', exact: true }).click();
        await page.getByRole('link', { name: 'Lakes' }).click();
        await page.getByText('Two schools came with one code').waitFor();
        await page.getByRole('link', { name: 'Second School' }).click();
        await page.getByText('Let it in for good').click();
        await page.getByRole('button', { name: 'See what this does' }).click();
        await page.getByText('Now: in doubt.').waitFor();
        await page.getByText('Then: member.').waitFor();
        await page.getByRole('button', { name: 'Do it' }).click();
        await heading(page, 'Lakes').waitFor();
        const settled = (await members()).find((each) => each.name === 'Second School');
        assert.equal(settled.state, 'member');
        await leave(page);
        await Promise.all([first, second, member, founder].map((each) => each.end()));
    },
);
