// The journeys of teachers in four ways: by pointer, by keyboard alone, on a phone of 360 pixels,
// and in Arabic from right to left. Each journey is told once; a hand does it in one of the ways.
// Controls are found by the words of the language, so a word that is missing fails a journey, too.
// Usage: node --test tests/web/ways_test.mjs, with STAFFROOM_BIN_DIR and the built page.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium_path, open_browser } from './browser.mjs';
import { Hand } from './hand.mjs';
import { World } from './school.mjs';
import { gone_journeys, standing, until } from './succession.mjs';

const skip = chromium_path() ? false : 'no chromium';
const ways = [
    { name: 'pointer', language: 'en', width: 1280 },
    { name: 'keyboard', language: 'en', width: 1280, by_keyboard: true },
    { name: 'phone', language: 'en', width: 360 },
    { name: 'Arabic', language: 'ar', width: 1280 },
];
/** Done by somebody who leads nothing, and by whoever looks after the machine. */
const of_others = { 'delete a draft': 'Amal Idris', 'change a setting': 'Jo Tanner' };
let world;
let browser;
let school;
let other;
let third;

before(async () => {
    if (skip) return;
    world = new World();
    browser = await open_browser();
    school = await world.school('Hill School');
    other = await world.school('River School');
    third = await world.school('Lake School');
});
after(async () => {
    await browser?.close();
    await world?.end();
});

/** A record of this school, by the command line. */
async function shared(title, way) {
    const place = join(world.root, `${way.name}.md`);
    writeFileSync(
        place,
        `---\nkind: practice-write-up\nform: quick-tip\ntitle: "${title}"\n` +
            'what-we-do: "Three piles."\nwhere-it-worked: "Here."\nwhat-to-watch: "Noise."\n---\n' +
            'Three piles on a tray.\n',
    );
    const { id } = await school.ask('publish', place, '--reach', 'school', '--yes');
    return { id, place };
}

/** A record that the schools of a network read, by the command line of one of them. */
async function shared_with(author, network, title, way) {
    const place = join(world.root, `${way.name}-network.md`);
    writeFileSync(
        place,
        `---\ntitle: "${title}"\nlang: en\nlicence: CC-BY-4.0\nform: quick-tip\nphase: primary\n` +
            'focus: reading\nauthors: [A. Teacher]\nwhat-we-do: A card at the end.\n' +
            'where-it-worked: Two classes.\nwhat-to-watch: The cards pile up.\n---\n' +
            `What ${way.name} wrote.\n`,
    );
    return author.ask('publish', place, '--network', network, '--yes');
}

const journeys = {
    async find(hand, way) {
        await shared(`Found by ${way.name}`, way);
        while (!/Found by/.test(await school.say('search', `"found by ${way.name}"`)));
        await hand.fill('header input[name=q]', `"found by ${way.name}"`);
        await hand.page.keyboard.press('Enter');
        await hand.open(`Found by ${way.name}`);
        await hand.sees('Three piles on a tray.');
    },
    async tip(hand, way) {
        await hand.press('link', 'home.tip.go');
        await hand.fill('#f-what-we-do', `Tip by ${way.name}. It stays.`);
        await hand.fill('#f-where-it-worked', 'Year 4.');
        await hand.fill('#f-what-to-watch', `Seen by ${way.name} only.`);
        await hand.press('button', 'form.go.school');
        await hand.sees(`Seen by ${way.name} only.`);
    },
    async 'write-up'(hand, way) {
        await hand.press('link', 'nav.write');
        await hand.press('link', 'choose.practice-write-up');
        await hand.fill('#f-title', `Written up by ${way.name}`);
        await hand.fill('#f-summary', 'A tray by the door tells how the lesson went.');
        await hand.fill('#f-what-we-do', `Three piles, says ${way.name}.`);
        await hand.fill('#f-why', 'One heap is read a day too late.');
        await hand.fill('#f-outcome-for-pupils', 'Slips are read on the same evening.');
        await hand.choose_first('f-evidence-strength');
        await hand.choose_first('f-field-of-knowledge');
        await hand.fill('#f-context', 'A village school.');
        await hand.press('button', 'form.go.school');
        await hand.sees(`Three piles, says ${way.name}.`);
    },
    async adopt(hand, way) {
        const { id } = await shared(`To try by ${way.name}`, way);
        await hand.go(`/record/${id}`);
        await hand.press('link', 'record.tried');
        await hand.choose('f-stage', 'finished');
        await hand.choose('f-mode', 'from');
        await hand.fill('#f-kept', 'The tray.');
        await hand.fill('#f-changed', 'Two piles.');
        await hand.choose('f-outcome', 'no-difference');
        await hand.fill('#f-what-happened', `As before, says ${way.name}.`);
        await hand.press('button', 'form.go.school');
        await hand.sees(`As before, says ${way.name}.`);
    },
    async review(hand, way) {
        const { id } = await shared(`To review by ${way.name}`, way);
        await hand.go(`/record/${id}`);
        await hand.press('link', 'record.review');
        const groups = 'relation protocol clear-enough-to-try evidence-seen would-it-travel';
        for (const group of groups.split(' ')) await hand.choose_first(`f-${group}`);
        await hand.fill('#f-evidence-reason', 'Two weeks of counts.');
        await hand.fill('#f-what-went-well', `Seen from the door by ${way.name}.`);
        await hand.press('button', 'form.go.school');
        await hand.sees(`Seen from the door by ${way.name}.`);
    },
    async answer(hand, way) {
        const { id } = await shared(`To answer by ${way.name}`, way);
        await hand.go(`/record/${id}`);
        await hand.press('link', 'record.comment');
        await hand.fill('#f-text', `A word by ${way.name}.`);
        await hand.press('button', 'form.go.school');
        await hand.sees(`A word by ${way.name}.`);
    },
    async join(hand, way) {
        const { id, place } = await shared(`To join by ${way.name}`, way);
        for (const words of ['One piles.', 'Two piles.']) {
            writeFileSync(
                place,
                readFileSync(place, 'utf8').replace(/what-we-do: ".*"/, `what-we-do: "${words}"`),
            );
            await school.ask('revise', `${id}@1`, place, '--beside', '--yes', '--why', words);
        }
        await hand.go(`/record/${id}`);
        await hand.press('link', 'record.join');
        await hand.press('button', 'join.take');
        await hand.fill('#f-what-to-watch', `Joined by ${way.name}.`);
        await hand.press('button', 'form.go.school');
        await hand.sees(`Joined by ${way.name}.`);
        assert.equal((await school.ask('show', id)).heads, 1);
    },
    async invite(hand, way) {
        await hand.press('link', 'nav.people');
        await hand.fill('#person-name', `Guest by ${way.name}`);
        await hand.press('button', 'people.add.go');
        await hand.sees(/\/#\/welcome\/[a-z2-7]{52}/);
    },
    async remove(hand, way) {
        const network = `Left by ${way.name}`;
        await world.join(school, other, network);
        await hand.press('link', 'nav.networks');
        await hand.open(network);
        await hand.open('River School');
        await hand.choose('act', 'remove');
        await hand.select(hand.page.locator('#reason'), 'silent');
        await hand.press('button', 'standing.look');
        await hand.sees(hand.words['standing.preview']);
        await hand.press('button', 'standing.propose');
        await hand.sees(hand.words['network.proposals']);
    },
    async 'invite a school'(hand, way) {
        const network = `Asked by ${way.name}`;
        await school.say('network', 'create', network, '--focus', 'writing');
        await hand.press('link', 'nav.networks');
        await hand.open(network);
        await hand.press('link', 'network.invite');
        await hand.press('button', 'invite.go');
        await hand.sees(hand.words['invite.letter.open']);
        const code = await hand.page.locator('.letter .code').first().textContent();
        await other.say('network', 'join', code.trim(), school.listen);
        await hand.press('link', 'action.done');
        await hand.sees('River School');
        assert.equal((await standing(school, network, 'River School')).state, 'member');
    },
    async 'role, suspend, resume'(hand, way) {
        const network = `Changed by ${way.name}`;
        await world.join(school, other, network);
        await hand.press('link', 'nav.networks');
        await hand.open(network);
        const steps = [
            ['role', ['#role', 'observer'], (each) => each.role === 'observer'],
            ['role', ['#role', 'member'], (each) => each.role === 'member'],
            ['suspend', ['#reason', 'silent'], (each) => each.state === 'suspended'],
            ['resume', ['#reason', 'mistake'], (each) => each.state === 'member'],
        ];
        for (const [act, [list, word], is_so] of steps) {
            await hand.open('River School');
            await hand.choose('act', act);
            await hand.select(hand.page.locator(list), word);
            await hand.press('button', 'standing.look');
            await hand.sees(hand.words['standing.preview']);
            const is_proposal =
                (await hand.page.getByText(hand.said('effect.proposal')).count()) > 0;
            assert.ok(!is_proposal, `${act} waits for others`);
            await hand.press('button', 'standing.go');
            await hand.sees(hand.words['network.schools']);
            const found = await standing(school, network, 'River School');
            assert.ok(is_so(found), `${act} ${word}: ${JSON.stringify(found)}`);
        }
    },
    async 'sign a proposal'(hand, way) {
        const network = `Signed by ${way.name}`;
        await world.join(other, school, network);
        await world.bring(other, third, network);
        const remove = ['network', 'remove', network, 'Lake School', '--reason', 'silent', '--yes'];
        await other.say(...remove);
        const waits = async () => (await school.lines('network', 'proposals', network)).length > 0;
        await until('the proposal is here', waits);
        await hand.press('link', 'nav.networks');
        await hand.open(network);
        await hand.press('button', 'proposal.look');
        await hand.sees(hand.words['standing.preview']);
        await hand.press('button', 'proposal.go');
        await hand.page.getByText(hand.words['network.proposals']).waitFor({ state: 'detached' });
        assert.equal((await standing(school, network, 'Lake School')).state, 'removed');
    },
    async 'sign a charter'(hand, way) {
        const network = `Promised by ${way.name}`;
        await world.join(other, school, network);
        await world.bring(other, third, network);
        const place = join(world.root, `${way.name}-charter.md`);
        writeFileSync(place, `We share what we tried, says ${way.name}.`);
        await other.say('network', 'charter', 'revise', network, place, '--yes');
        const charters = async () =>
            (await school.ask('network', 'charter', 'show', network)).charters;
        await until('the charter is here', async () => (await charters()).length > 1);
        await hand.press('link', 'nav.networks');
        await hand.open(network);
        await hand.press('link', 'network.charter');
        await hand.press('button', 'proposal.look');
        await hand.sees(hand.words['charter.would.stand']);
        await hand.press('button', 'charter.sign');
        await hand.sees(hand.words['charter.done.stands']);
        await hand.press('button', 'charter.revise.go');
        await hand.fill('#charter-text', `We answer within a month, says ${way.name}.`);
        await hand.press('button', 'charter.see');
        await hand.sees(hand.said('charter.put.text'));
        await hand.press('button', 'charter.put');
        await hand.sees(hand.words['charter.done.waits']);
        const [, signed, written] = await charters();
        assert.deepEqual([signed.state, written.state], ['in-force', 'put-forward']);
        assert.equal(written.follows, signed.id);
        await hand.sees(hand.said('charter.ours'));
    },
    async 'agree and end'(hand, way) {
        const [ours, theirs] = [`Linked by ${way.name}`, `Asking ${way.name}`];
        await school.say('network', 'create', ours, '--focus', 'writing');
        await third.say('network', 'create', theirs, '--focus', 'reading');
        const { code } = await third.ask('link', 'invite', theirs);
        await hand.press('link', 'nav.networks');
        await hand.press('link', 'links.accept');
        const network = hand.page.locator('#network');
        const chosen = network.locator('option', { hasText: ours });
        await hand.select(network, await chosen.getAttribute('value'));
        await hand.fill('#link-code', code);
        await hand.fill('#link-address', third.listen);
        await hand.press('button', 'accept.look');
        await hand.sees(hand.words['preview.would']);
        await hand.press('button', 'accept.go');
        await hand.press('link', 'action.open');
        await hand.sees(hand.words['link.agreement']);
        await hand.press('link', 'link.end');
        await hand.select(hand.page.locator('#reason'), 'own-wish');
        await hand.press('button', 'standing.look');
        await hand.sees(hand.words['end.again']);
        await hand.press('button', 'link.end');
        await hand.sees(hand.said('link.reason'));
        const links = (await school.lines('link', 'list')).filter((each) => each.other);
        assert.equal(links.find((each) => each.other.name === theirs).state, 'ended');
    },
    async leave(hand, way) {
        const network = `Quit by ${way.name}`;
        await world.join(other, school, network);
        await hand.press('link', 'nav.networks');
        await hand.open(network);
        await hand.press('link', 'word.school-act.leave');
        await hand.select(hand.page.locator('#reason'), 'own-wish');
        await hand.press('button', 'standing.look');
        await hand.sees(hand.words['standing.preview']);
        await hand.press('button', 'standing.go');
        await hand.sees(hand.words['networks.join']);
        assert.doesNotMatch(await school.say('network', 'list'), new RegExp(network));
    },
    async erase(hand, way) {
        const network = `Erased by ${way.name}`;
        await world.join(school, other, network);
        const { id } = await shared_with(school, network, `To erase by ${way.name}`, way);
        await other.say('sync', '--wait');
        await hand.go(`/record/${id}`);
        await hand.press('link', 'record.erase');
        await hand.select(hand.page.locator('#reason'), 'pupil');
        await hand.press('button', 'standing.look');
        await hand.sees(hand.words['erase.never']);
        await hand.sees('River School');
        await hand.press('button', 'record.erase');
        await hand.sees(hand.words['body.erased']);
        const is_everywhere = async () => (await school.ask('erasure', 'status', id)).erased === 2;
        await until('both schools have erased it', is_everywhere);
        await hand.go(`/record/${id}`);
        await hand.press('link', 'erasure.see');
        await hand.sees(hand.words['erasures.done']);
        await hand.do(hand.page.locator('summary').first(), 'Enter');
        await hand.sees(hand.words['word.erasure-state.erased']);
        const waits = hand.page.waitForEvent('download');
        await hand.press('link', 'erasures.receipts');
        const receipts = JSON.parse(readFileSync(await (await waits).path(), 'utf8'));
        assert.equal(receipts.receipts.length, 2);
        assert.doesNotMatch(await other.say('list'), new RegExp(`To erase by ${way.name}`));
    },
    ...gone_journeys(() => ({ world, school, other, third, shared_with })),
    async 'delete a draft'(hand, way) {
        await hand.press('link', 'home.tip.go');
        await hand.fill('#f-what-we-do', `Draft by ${way.name}. Not for now.`);
        await hand.choose('reach', 'draft');
        await hand.press('button', 'form.go.draft');
        await hand.sees(hand.words['reach.draft.long']);
        await hand.go('/drafts');
        await hand.press('link', 'record.delete');
        await hand.press('button', 'standing.look');
        await hand.sees(hand.words['standing.preview']);
        assert.match(await school.say('list'), new RegExp(`Draft by ${way.name}`));
        await hand.press('button', 'record.delete');
        await hand.sees(hand.words['drafts.begun']);
        assert.doesNotMatch(await school.say('list'), new RegExp(`Draft by ${way.name}`));
    },
    async refuse(hand, way) {
        const network = `Refused by ${way.name}`;
        await world.join(school, other, network);
        const { id } = await shared_with(other, network, `To refuse by ${way.name}`, way);
        await school.say('sync', '--wait');
        await hand.go(`/record/${id}`);
        await hand.press('link', 'record.refuse');
        await hand.press('button', 'standing.look');
        await hand.press('button', 'record.refuse');
        await hand.sees(hand.words['body.refused']);
        assert.match(await other.say('show', id), new RegExp(`What ${way.name} wrote`));
    },
    async 'change a setting'(hand, way) {
        const [wrong, kept] = ['13', String(20 + ways.indexOf(way))];
        const row = hand.page.getByRole('listitem').filter({
            has: hand.page.locator('#setting-backup-keep'),
        });
        const shown = async () =>
            (await school.lines('config', 'show')).find((each) => each.setting === 'backup.keep');
        await hand.fill('#setting-backup-keep', wrong);
        await hand.press('button', 'settings.save', row);
        await hand.sees(hand.said('settings.bounds'));
        assert.equal((await shown()).origin, 'built-in');
        await hand.fill('#setting-backup-keep', kept);
        await hand.press('button', 'settings.save', row);
        await hand.sees(hand.words['settings.saved']);
        assert.deepEqual((await shown()).value, Number(kept));
        assert.equal((await shown()).origin, 'page');
        await hand.press('button', 'settings.back', row);
        await row.getByRole('button').nth(1).waitFor({ state: 'detached' });
        assert.equal((await shown()).value, 14);
    },
    async 'hand over'(hand, way) {
        const name = `Goes by ${way.name}`;
        await school.ask('users', 'add', name, '--role', 'teacher');
        await hand.press('link', 'nav.people');
        const row = hand.page.getByRole('listitem').filter({ hasText: name });
        await hand.press('button', 'people.leave', row);
        const heir = row.locator('form select');
        const to = await heir.locator('option', { hasText: 'Amal Idris' }).getAttribute('value');
        await hand.select(heir, to);
        await hand.press('button', 'people.leave.go', row);
        await row.waitFor({ state: 'detached' });
        await hand.sees(hand.said('people.add'));
    },
};

for (const way of ways)
    test(`ways: every journey by ${way.name}`, { skip }, async (context) => {
        for (const [name, journey] of Object.entries(journeys))
            await context.test(name, async () => {
                const who = of_others[name] ?? 'Mair Hughes';
                const hand = await Hand.at(browser, school, way, who);
                await journey(hand, way);
                await hand.leave();
            });
    });
