import { links_of, spoken_for, why_not, type Link } from '../../../node/web/reading/agreement';
import { empty_form, from_record, to_request } from '../../../node/web/forms/form';
import type { Kind } from '../../../node/web/forms/kinds';

function link(state: Link['state'], kinds: string[], network = 'n'): Link {
    const terms = { kinds, pass_on: false, onward: [], passed_on: false };
    const side = { id: network, name: network };
    const other = { id: 'o', name: 'o', focus: '', place: '' };
    return {
        ...{ id: `${network}-${state}`, network: side, other, state, until_ms: 2, review_ms: 1 },
        ...{ ours: terms, theirs: { ...terms, kinds: [] }, next: '' },
    };
}
const kind = { kind: 'call', fields: [], targets: [], requirements: [] } as unknown as Kind;

test('agreement: what crosses is what we give, while it stands', () => {
    const states = ['open', 'review-due', 'over', 'disputed', 'ended'] as const;
    const reasons = states.map((state) => why_not(link(state, ['call']), 'call'));
    expect(reasons).toEqual([undefined, undefined, 'over', 'disputed', 'ended']);
    expect(why_not(link('open', ['adoption']), 'call')).toBe('kind');
});

test('agreement: an author is offered the links of the chosen network that have not ended', () => {
    const all = [link('open', []), link('over', []), link('ended', []), link('open', [], 'm')];
    expect(links_of(all, 'n').map((each) => each.state)).toEqual(['open', 'over']);
    const named = links_of(all, 'n', ['n-ended']).map((each) => each.state);
    expect(named).toEqual(['open', 'over', 'ended']); // it can be left out only where it is seen
});

test('agreement: who coordinates a network speaks for it, and no plain member', () => {
    const networks = [true, false].map((coordinator) => ({
        schools: [
            { id: 'us', coordinator },
            { id: 'them', coordinator: true },
        ],
    }));
    expect(spoken_for(networks, 'us')).toEqual([networks[0]]);
    expect(spoken_for(networks, undefined)).toEqual([]);
});

test('agreement: a record for other networks names links and network, and no wider one', () => {
    const form = empty_form('call', '', 'en-GB');
    Object.assign(form, { network: 'n', links: ['l'], pass_on: 1 });
    expect(to_request(form, kind, true)).not.toHaveProperty('links');
    form.reach = 'network';
    expect(to_request(form, kind, true)).toMatchObject({ network: 'n' });
    expect(to_request(form, kind, true)).not.toHaveProperty('links');
    form.reach = 'linked';
    const wide = { reach: 'linked', network: 'n', links: ['l'], pass_on: 1 };
    expect(to_request(form, kind, true)).toMatchObject(wide);
    form.pass_on = 0;
    expect(to_request(form, kind, true)).not.toHaveProperty('pass_on');
});

test('agreement: a newer text keeps the links of the one that it is made of', () => {
    const record = {
        ...{ kind: 'call', title: 'A', text: '', document: 'd', head_revisions: [], about: [] },
        ...{ reach: 'linked', links: [{ id: 'l', name: 'o' }], pass_on: 1, network: ['n'] },
    };
    const form = from_record(record as never, kind);
    expect([form.reach, form.links, form.pass_on]).toEqual(['linked', ['l'], 1]);
});
