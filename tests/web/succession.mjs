// The journeys about who may erase for a school that is gone, and what journeys wait for.
import assert from 'node:assert/strict';

/** Waits until the command line of a school says so. */
export async function until(what, looks_so) {
    for (let look = 0; look < 100; look += 1) {
        if (await looks_so()) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.fail(what);
}
/** How a school stands in a network, as this one knows it. */
export async function standing(of, network, name) {
    const all = await of.lines('network', 'members', network);
    return all.find((each) => each.name === name);
}

/** `parts` gives the world and its three schools, once they run. */
export const gone_journeys = (parts) => ({
    async 'name a successor'(hand, way) {
        const { world, school, other } = parts();
        const network = `Followed by ${way.name}`;
        await world.join(other, school, network);
        const named = async () =>
            (await standing(other, network, 'Hill School')).successor?.name ?? 'nobody';
        await hand.press('link', 'nav.networks');
        for (const [wanted, before] of [
            ['River School', 'nobody'],
            ['nobody', 'River School'],
        ]) {
            assert.equal(await named(), before);
            await hand.open(network);
            await hand.press('link', 'word.school-act.successor');
            await hand.sees(before === 'nobody' ? hand.words['standing.successor.nobody'] : before);
            const list = hand.page.locator('#successor');
            const label = wanted === 'nobody' ? hand.words['standing.successor.nobody'] : wanted;
            const option = list.locator('option', { hasText: label });
            await hand.select(list, await option.getAttribute('value'));
            await hand.press('button', 'standing.look');
            await hand.sees(hand.words['standing.successor.until']);
            assert.equal(await named(), before, 'a look has changed it');
            await hand.press('button', 'standing.go');
            await hand.sees(hand.words['network.schools']);
            await until(`${wanted} is named`, async () => (await named()) === wanted);
            await hand.press('link', 'nav.networks');
        }
    },
    async 'erase for a school that is gone'(hand, way) {
        const { world, school, other, third, shared_with } = parts();
        // A record of River School in a network that it has left; it named nobody, or this school.
        const left_behind = async (network, names) => {
            await world.join(third, school, network);
            await world.bring(third, other, network);
            const { id } = await shared_with(other, network, `Left by ${network}`, way);
            if (names) await other.say('network', 'successor', network, names, '--yes');
            else await third.say('network', 'role', network, 'Hill School', 'coordinator', '--yes');
            await other.say('sync', '--wait');
            await other.say('network', 'leave', network, '--reason', 'merged', '--yes');
            const has_left = async (at) =>
                (await standing(at, network, 'River School')).state === 'left';
            await until(
                'it has left',
                async () => (await has_left(school)) && (await has_left(third)),
            );
            await until('it is here', async () => (await school.ask('show', id)).title);
            return id;
        };
        const order = async (id) => {
            await hand.go(`/record/${id}`);
            await hand.press('link', 'record.refuse');
            await hand.choose('how', 'order');
            await hand.select(hand.page.locator('#reason'), 'pupil');
            await hand.press('button', 'standing.look');
            await hand.sees(hand.words['erase.never']);
            const seconds = hand.page.locator('main p.note:not(.warm)');
            const waits = await seconds.filter({ hasText: 'Lake School' }).count();
            await hand.press('button', 'record.erase');
            return waits > 0;
        };
        const alone = await left_behind(`Named in ${way.name}`, 'Hill School');
        assert.ok(!(await order(alone)), 'its successor needs nobody');
        await hand.sees(hand.words['body.erased']);
        const together = await left_behind(`Unnamed in ${way.name}`);
        assert.ok(await order(together), 'it does not say who has to order as well');
        await hand.sees(hand.words['erase.half']);
        assert.ok((await school.ask('show', together)).title, 'one coordinator was enough');
        await third.say('erase', together, '--reason', 'pupil', '--yes');
        const is_gone = async () => (await school.ask('show', together)).body_state === 'erased';
        await until('two coordinators are enough', is_gone);
    },
});
