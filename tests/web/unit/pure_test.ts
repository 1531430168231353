import { base32, content_hash, tree_root } from '../../../node/web/api/files';
import { parse_route, record_path } from '../../../node/web/app/route';
import { fitting, plain_name } from '../../../node/web/forms/pictures';
import { charter_after, missing_signatures } from '../../../node/web/reading/charters';
import { word_pieces } from '../../../node/web/reading/differences';
import { gone_from } from '../../../node/web/reading/erasing';
import { apart, levels } from '../../../node/web/reading/lineage';
import { marked } from '../../../node/web/reading/snippets';

test('route: every address of a record leads to it, and nothing else does', () => {
    expect(parse_route('/record/abc@2')).toEqual({ page: 'record', id: 'abc@2' });
    expect(parse_route(record_path('abc', 2))).toEqual({ page: 'record', id: 'abc@2' });
    expect(parse_route('/record/abc/compare')).toEqual({ page: 'compare', id: 'abc' });
    expect(parse_route('/record/abc/other').page).toBe('nowhere');
    expect(parse_route('/', '#/welcome/TOKEN')).toEqual({ page: 'welcome', token: 'TOKEN' });
    expect(parse_route('/record/%E0%A4%A').page).toBe('record');
    expect(parse_route('/__proto__').page).toBe('nowhere');
});

test('snippets: marks count code points, also beyond the first plane', () => {
    const pieces = marked('😀 eins zwei', [[2, 6]]);
    expect(pieces.filter((piece) => piece.is_hit).map((piece) => piece.text)).toEqual(['eins']);
    expect(pieces.map((piece) => piece.text).join('')).toBe('😀 eins zwei');
    expect(
        marked('abc', [
            [1, 2],
            [0, 3],
        ])
            .map((piece) => piece.text)
            .join(''),
    ).toBe('abc');
});

test('erasing: who may order for a school that is gone, and with whom', () => {
    const network = { id: 'net', name: 'Rivers' };
    const school = (id: string, more: object) => ({
        id,
        name: id,
        state: 'member' as const,
        operations: [],
        ...more,
    });
    const schools = [
        school('own', { role: 'coordinator' }),
        school('other', { role: 'coordinator' }),
        school('reader', { role: 'member' }),
        school('was', { role: 'coordinator', state: 'removed' }),
        school('gone', { state: 'left', may_erase: 'with-another' }),
        school('heir', { state: 'left', may_erase: 'alone' }),
        school('free', { state: 'left' }),
    ];
    const found = gone_from(network, schools, 'gone', 'own');
    expect(found?.may_erase).toBe('with-another');
    expect(found?.coordinators.map((each) => each.id)).toEqual(['other']);
    expect(gone_from(network, schools, 'heir', 'own')?.may_erase).toBe('alone');
    for (const owner of ['free', 'reader', 'nobody'])
        expect(gone_from(network, schools, owner, 'own')).toBeUndefined();
    const own = school('own', { may_erase: 'alone' });
    expect(gone_from(network, [own], 'own', 'own')).toBeUndefined();
});

test('differences: what is kept and added is the new text, kept and removed the old one', () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const text = () =>
        Array.from({ length: random(30) }, () => ['a', 'bee', ' ', '\n', 'é.'][random(5)]).join(
            ' ',
        );
    for (let round = 0; round < 200; round += 1) {
        const [before, after] = [text(), text()];
        const pieces = word_pieces(before, after);
        const of = (left_out: string) =>
            pieces
                .filter((piece) => piece.change !== left_out)
                .map((piece) => piece.text)
                .join('');
        expect(of('added')).toBe(before);
        expect(of('removed')).toBe(after);
    }
});

test('differences: two large texts with nothing in common are told apart at once', () => {
    const words = (letter: string) =>
        Array.from({ length: 30_000 }, (_, at) => `${letter}${at}`).join(' ');
    const pieces = word_pieces(words('a'), words('b'));
    expect(pieces.map((piece) => piece.change)).toEqual(['removed', 'added']);
    expect(pieces.map((piece) => piece.text)).toEqual([words('a'), words('b')]);
});

test('charters: one more signature lets one stand by the rule of the network', () => {
    const school = (name: string) => ({ id: name, name });
    const charter = (number: number, signed: string) => ({
        id: `${number}${signed}`,
        number,
        state: 'put-forward' as const,
        text: 'We share.',
        signed_by: [...signed].map(school),
        is_signed_here: false,
    });
    const book = (current: ReturnType<typeof charter>, needed: number) => ({
        network: school('Valley'),
        in_force: current.id,
        needed,
        charters: [current],
    });
    const founding = charter(1, '');
    expect(charter_after(book(founding, 3), charter(2, 'a'))).toBe('wait');
    expect(charter_after(book(founding, 3), charter(2, 'ab'))).toBe('stand');
    expect(charter_after(book(charter(2, 'abc'), 3), charter(2, 'de'))).toBe('beside');
    expect(charter_after(book(charter(2, 'abc'), 3), charter(2, 'def'))).toBe('stand');
    expect(missing_signatures({ needed: 3 }, 1)).toBe(2);
    expect(missing_signatures({ needed: 3 }, 4)).toBe(0);
});

test('pictures: none becomes larger than it is, and no side longer than 1600', () => {
    expect(fitting(12_000, 9000)).toEqual({ width: 1600, height: 1200 });
    expect(fitting(300, 200)).toEqual({ width: 300, height: 200 });
    expect(fitting(100_000, 1)).toEqual({ width: 1600, height: 1 });
    expect(plain_name('IMG (1).JPG', 'webp')).toBe('img-1.webp');
    expect(plain_name('../../etc/passwd', 'webp')).not.toMatch(/[/\\]|\.\./);
    expect(plain_name('???.png', 'webp')).toBe('picture.webp');
});

test('files: base 32 has five bits a letter, without padding', () => {
    expect(base32(Uint8Array.of())).toBe('');
    expect(base32(new TextEncoder().encode('foobar'))).toBe('mzxw6ytboi');
    expect(base32(new Uint8Array(32))).toHaveLength(52);
});

test('files: the tree splits at the largest power of two, as RFC 9162 says', () => {
    const leaf = (byte: number) => new Uint8Array(32).fill(byte);
    const three = tree_root([leaf(1), leaf(2), leaf(3)]);
    const twin = tree_root([tree_root([leaf(1), leaf(2)]), leaf(3)]);
    expect(base32(three)).toBe(base32(twin));
    expect(content_hash(new Uint8Array(65_536))).not.toBe(content_hash(new Uint8Array(65_537)));
});

test('lineage: what is built on something stands to its right, and no box covers another', () => {
    const node = (id: string) => ({ id, here: true, steps: 0, is_origin: false });
    const edge = (from: string, to: string) => ({
        from,
        to,
        relation: 'tried-in',
        seen: to,
        seen_number: 1,
        has_newer: false,
    });
    const lineage = {
        id: 'a',
        nodes: ['a', 'b', 'c', 'd'].map(node),
        steps_back: 0,
        is_cut: false,
        dot: '',
        edges: [edge('b', 'a'), edge('c', 'b'), edge('d', 'a'), edge('a', 'away')],
    };
    const found = levels(lineage as never);
    expect([found.get('a'), found.get('b'), found.get('c'), found.get('d')]).toEqual([0, 1, 2, 1]);
    const ring = { ...lineage, edges: [edge('a', 'b'), edge('b', 'a')] };
    expect(levels(ring as never).get('a')).toBeLessThan(30);
    const places = apart([
        { id: 'x', x: 0, y: 3 },
        { id: 'y', x: 0, y: 3 },
        { id: 'z', x: 0, y: 4 },
    ]);
    expect(new Set(places.map((place) => place.y)).size).toBe(3);
});
