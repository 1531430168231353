import mammoth from 'mammoth';
import { readFileSync, existsSync } from 'node:fs';
import { file_name, word_file, type ToldRecord } from '../../../node/web/reading/word_file';

const told = (text: string, more: Partial<ToldRecord> = {}): ToldRecord => ({
    title: 'Grids <on> the "wall" & door',
    byline: 'A. Author, Hill School',
    summary: 'They stay up.',
    facts: [{ name: 'Place', text: 'A village' }],
    text,
    citation: 'A. Author. Grids. Hill School.',
    language: 'en-GB',
    is_rightward: false,
    picture: () => Promise.resolve(undefined),
    ...more,
});

/** The file read back by another library: what a word processor would see. */
async function read_back(record: ToldRecord): Promise<string> {
    const bytes = await (await word_file(record)).arrayBuffer();
    return (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) })).value;
}

test('word file: title, facts, words and citation stand in it', async () => {
    const html = await read_back(
        told('# One\n\nA **bold** and *soft* word.\n\n## Two\n\n- a\n- b'),
    );
    for (const part of [
        'Grids &lt;on&gt; the "wall" &amp; door',
        '<strong>Place: </strong>A village',
        '<h1>One</h1>',
        '<strong>bold</strong>',
        '<em>soft</em>',
        '<h2>Two</h2>',
        '<li>a</li><li>b</li>',
        'Hill School.',
    ])
        expect(html).toContain(part);
});

test('word file: lists in lists, numbers, quotations and tables keep their words', async () => {
    const html = await read_back(
        told('1. one\n   - under\n2. two\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code'),
    );
    expect(html).toContain('<ol><li>one<ul><li>under</li></ul></li><li>two</li></ol>');
    expect(html).toContain('said');
    expect(html.match(/<td>/g)?.length).toBe(4);
    expect(html).toContain('code');
});

test('word file: links lead where the page lets them lead, HTML is text', async () => {
    const html = await read_back(
        told('[a](https://b.example/) [c](javascript:alert(1)) <b onclick="x">d</b> [e](x.pdf)'),
    );
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="https://b.example/"']);
    expect(html).toContain('&lt;b onclick=');
});

test('word file: a picture that is here is in it, another is named', async () => {
    const dot = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk' +
            '+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
    );
    const picture = (name: string) =>
        Promise.resolve(
            name === 'a plan.png'
                ? { bytes: new Uint8Array(dot), type: 'png' as const, width: 1200, height: 800 }
                : undefined,
        );
    const html = await read_back(told('![A plan](a%20plan.png) ![Away](b.png)', { picture }));
    expect(html).toContain('<img alt="A plan" src="data:image/png;base64,');
    expect(html).toContain('[Away]');
});

test('word file: whatever stands in a text, the file can be read', async () => {
    const place = `${process.env['TEST_SHARED_DIR'] ?? '/nowhere'}/vectors/naughty-strings.json`;
    const strings = existsSync(place)
        ? (JSON.parse(readFileSync(place, 'utf8')) as { s: string }[]).map((each) => each.s)
        : ['\u0000\u0001\ufffe', ']]>', '<!--', '\u202e'];
    const html = await read_back(
        told(strings.join('\n\n'), { title: strings.join(' '), is_rightward: true }),
    );
    expect(html.length).toBeGreaterThan(20);
});

test('word file: its name is one that every system takes', () => {
    expect(file_name('Grids/on: the "wall"?')).toBe('Grids-on-the-wall.docx');
    expect(file_name('../..')).toBe('record.docx');
    expect(file_name('خرائط على الجدار')).toBe('خرائط-على-الجدار.docx');
    expect(file_name('a'.repeat(500)).length).toBeLessThan(80);
});
