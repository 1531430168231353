import {
    empty_form,
    from_record,
    suggested_title,
    to_file,
    type Form,
} from '../../../node/web/forms/form';
import { groups_of } from '../../../node/web/forms/groups';
import type { Kind } from '../../../node/web/forms/kinds';
import { missing } from '../../../node/web/forms/missing';

const field = (name: string, shape: string, more = {}) => ({
    name,
    shape,
    count_max: 1,
    characters_max: 600,
    prompt: '',
    forms: ['write-up', 'quick-tip'],
    heading: name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' '),
    ...more,
});
const kind = {
    kind: 'practice-write-up',
    is_note: false,
    asks_summary: true,
    can_be_answered: false,
    text_characters_max: 0,
    prompt: '',
    targets: [],
    fields: [
        field('phases', 'word', { count_max: 3, vocabulary: 'phase' }),
        field('context', 'section'),
        field('what-we-do', 'section'),
        field('why', 'section'),
        field('form', 'word', { vocabulary: 'form' }),
        field('pupils-reached', 'number'),
    ],
    requirements: [
        { from: 'network', any_of: ['phases'] },
        {
            from: 'circle',
            any_of: ['context', 'context-place'],
            when: { field: 'form', values: ['quick-tip'], is_not: true },
        },
        { from: 'school', any_of: ['what-we-do'] },
    ],
} as unknown as Kind;

function form(changes: Partial<Form> = {}): Form {
    return {
        ...empty_form('practice-write-up', 'A. Author', 'en-GB'),
        title: 'A title',
        summary: 'Words',
        ...changes,
    };
}
const names = (given: Form) => missing(given, kind).map((gap) => gap.any_of[0]);

test('form: a draft may lack anything, other schools ask for more than the own one', () => {
    expect(names(form({ reach: 'draft' }))).toEqual([]);
    expect(names(form({ reach: 'school' }))).toEqual(['what-we-do']);
    expect(names(form({ reach: 'network' }))).toEqual([
        'licence',
        'phases',
        'context',
        'what-we-do',
    ]);
});

test('form: one of several fields is enough, and a quick tip is not asked for its context', () => {
    const told = form({
        reach: 'network',
        licence: 'CC0-1.0',
        values: { 'what-we-do': ['x'], phases: ['primary'], 'context-place': ['a village'] },
    });
    expect(names(told)).toEqual([]);
    const tip = form({
        reach: 'network',
        licence: 'CC0-1.0',
        summary: '',
        values: { form: ['quick-tip'], 'what-we-do': ['x'], phases: ['primary'] },
    });
    expect(names(tip)).toEqual([]);
});

test('form: nothing that is typed can end a value of the front matter early', () => {
    const hostile = 'a"\n---\nkind: call\n\\" # "';
    const file = to_file(form({ title: hostile, values: { phases: [hostile, 'b'] } }), kind);
    const [, front] = file.split('---\n');
    expect(front).toContain(`title: ${JSON.stringify(hostile)}\n`);
    expect(front?.match(/^kind: /gm)).toHaveLength(1);
    expect(file.match(/^---$/gm)).toHaveLength(2);
});

test('form: a record that is opened and written again says the same', () => {
    const text =
        'Before.\n\n## What we do\n\nÜber ☕.\n\n### In detail\n\nMore.\n\n## Odd\n\nLoose.\n';
    const bytes = new TextEncoder();
    const at = (mark: string, end?: string) => ({
        begin: bytes.encode(text.slice(0, text.indexOf(mark) + mark.length + 1)).length,
        end: bytes.encode(text.slice(0, end ? text.indexOf(end) : text.length)).length,
    });
    const record = {
        kind: 'practice-write-up',
        title: 'T',
        text,
        language: 'de',
        reach: 'network',
        fields: { phases: 'primary;middle' },
        about: [],
        head_revisions: ['h'],
        document: 'd',
        revision_number: 3,
        authors: [{ name: 'N', school_name: 'S' }],
        sections: [
            {
                code: 'what-we-do',
                heading: '## What we do',
                ...at('## What we do', '### In detail'),
            },
            { code: '', heading: '### In detail', ...at('### In detail', '## Odd') },
            { code: '', heading: '## Odd', ...at('## Odd') },
        ],
    };
    const opened = from_record(record as never, kind);
    expect(opened.values['phases']).toEqual(['primary', 'middle']);
    expect(opened.values['what-we-do']?.[0]).toContain('### In detail');
    expect(opened.text).toContain('Before.');
    expect(opened.text).toContain('## Odd');
    const file = to_file(opened, kind);
    for (const words of ['Before.', 'Über ☕.', '### In detail', 'More.', '## Odd', 'Loose.'])
        expect(file.split(words)).toHaveLength(2);
});

test('form: a tip gets the beginning of its first words for a title', () => {
    const tip = form({ values: { 'what-we-do': ['**Grids** on the wall. They stay.'] } });
    expect(suggested_title(tip)).toBe('Grids on the wall');
    const long = suggested_title(form({ values: { 'what-we-do': ['word '.repeat(40)] } }));
    expect(long.length).toBeLessThanOrEqual(72);
});

test('form: each field stands in exactly one part', () => {
    const groups = Object.values(groups_of(kind, form()))
        .flat()
        .map((each) => each.name);
    expect(new Set(groups).size).toBe(groups.length);
    expect([...groups, 'form'].sort()).toEqual(kind.fields.map((each) => each.name).sort());
});

test('missing: what it means here is asked of who tried a record of another network', () => {
    const tried = {
        ...kind,
        requirements: [
            ...kind.requirements,
            { from: 'school', any_of: ['why'], across_networks: true },
        ],
    } as unknown as Kind;
    const about = { id: 'r', relation: 'tried-in', title: '', school: '' };
    const gaps = (given: Form) => missing(given, tried).map((gap) => gap.any_of[0]);
    const asked = (given: Form) => groups_of(tried, given).words.map((each) => each.name);
    const near = form({ reach: 'school', about: [about] });
    const far = form({ reach: 'school', about: [{ ...about, network: 'Forest Edge' }] });
    const cites = form({ about: [{ ...about, relation: 'cites', network: 'Forest Edge' }] });
    for (const each of [near, cites]) {
        expect(gaps(each)).not.toContain('why');
        expect(asked(each)).not.toContain('why');
    }
    expect(gaps(far)).toContain('why');
    expect(asked(far)).toContain('why');
    expect(gaps({ ...far, reach: 'draft' })).not.toContain('why');
});
